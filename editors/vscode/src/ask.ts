// What a person asks for, from the menus and the keyboard: each becomes a command of the server.
import * as vscode from "vscode";
import type { Connection } from "./connection";
import type { Job, Jobs } from "./jobs";
import { contexts } from "./names";
import { choose } from "./pictures";
import { here, members, named, type Place } from "./place";
import type { Argument, Preview } from "./protocol";
import type { Start } from "./start";
import type { Attached, Chat } from "./view/chat";
import type { Purpose } from "./view/messages";
import type { Surface } from "./view/surface";
import { count, money } from "./words";

/** Commands whose answer is read, and not applied. */
const READ = new Set(["kimi.explain", "kimi.ask"]);
const JOBS = new Set(["kimi.fix", "kimi.edit", "kimi.apply", "kimi.component", "kimi.visualFix"]);

export class Ask {
  private instruction = "";

  constructor(
    private readonly start: Start,
    private readonly connection: Connection,
    private readonly jobs: Jobs,
    private readonly chat: Chat,
    private readonly surface: Surface,
  ) {}

  /** A command of the server's own menus: jobs are shown, the rest is only passed on. */
  chosen(command: string, argument: Argument): unknown {
    if (READ.has(command)) return this.read(command, argument);
    if (JOBS.has(command)) return this.jobs.start(command, argument);
    return this.connection.execute(command, argument);
  }

  async explain(given?: unknown): Promise<void> {
    const place = here(given);
    if (place && (await this.start.ready())) await this.read("kimi.explain", members(place));
  }

  async fix(given?: unknown): Promise<void> {
    const place = here(given);
    if (!place || !(await this.start.ready())) return;
    const client = await this.connection.ready();
    const near = vscode.languages
      .getDiagnostics(place.uri)
      .filter(({ range }) => touches(range, place.range));
    const diagnostics = near.map((one) => client?.code2ProtocolConverter.asDiagnostic(one));
    this.jobs.start("kimi.fix", { ...members(place), ...(near.length ? { diagnostics } : {}) });
  }

  async change(given?: unknown): Promise<void> {
    const place = here(given);
    if (!place) return;
    const instruction = await vscode.window.showInputBox({
      title: vscode.l10n.t("Change {0}", named(place.uri.toString(), members(place).range)),
      prompt: vscode.l10n.t("What should be changed?"),
      value: this.instruction,
    });
    if (!instruction?.trim() || !(await this.start.ready())) return;
    this.instruction = instruction;
    this.jobs.start("kimi.edit", { ...members(place), instruction: instruction.trim() });
  }

  /** Write a question, about the selection where there is one. */
  async question(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const place = editor && !editor.selection.isEmpty ? here() : undefined;
    this.chat.set({ purpose: "ask", about: place ? members(place) : undefined });
    await this.surface.show(true);
    await this.start.ready();
  }

  /** Choose a picture for a component or for what looks wrong. */
  async picture(purpose: Purpose): Promise<void> {
    const place = here();
    if (!place) return;
    const picture = await choose();
    if (picture) await this.attach(purpose, picture, place);
  }

  /** Put a picture before its person, with what it takes; nothing is sent yet. */
  async attach(purpose: Purpose, picture: Attached, place?: Place): Promise<void> {
    const next = this.chat.next;
    // More pictures of the same question join it.
    const joins = !place || (purpose === next.purpose && next.pictures.length > 0);
    const about = place ? this.about(purpose, place) : next.about;
    const pictures = joins ? [...next.pictures, picture] : [picture];
    this.chat.set({ purpose: place ? purpose : next.purpose, about, pictures, estimate: "" });
    await vscode.commands.executeCommand("setContext", contexts.pictured, true);
    await this.surface.show(true);
    await this.estimate();
  }

  /** Take a picture out again. */
  async remove(id: string): Promise<void> {
    const pictures = this.chat.next.pictures.filter((one) => one.id !== id);
    this.chat.set({ pictures, estimate: "" });
    if (pictures.length) await this.estimate();
  }

  /** Send what is drafted. */
  async send(text: string): Promise<void> {
    const { purpose, pictures } = this.chat.next;
    if (!(await this.start.ready())) return;
    if (purpose !== "ask" && !this.connection.has(`kimi.${purpose}`)) {
      void vscode.window.showWarningMessage(
        vscode.l10n.t("This language server makes nothing of pictures yet. Update it."),
      );
      return;
    }
    if (purpose !== "ask" && pictures.length === 0) return;
    this.chat.ask(text);
  }

  /** Show an answer while it comes. */
  private async read(command: string, argument: Argument): Promise<Job> {
    const place = argument.uri ? named(argument.uri, argument.range) : "";
    const question = argument.text ?? vscode.l10n.t("Explain {0}", place);
    const job = this.chat.begin(command, argument, question);
    await this.surface.show();
    return job;
  }

  private about(purpose: Purpose, place: Place): Argument {
    const { range, ...rest } = members(place);
    if (!range || !place.range.isEmpty) return members(place);
    if (purpose === "component") return { ...rest, position: range.start };
    return purpose === "visualFix" ? rest : members(place);
  }

  /** Ask the server what the draft would take; it sends nothing for that. */
  private async estimate(): Promise<void> {
    const { purpose, about, pictures } = this.chat.next;
    const command = `kimi.${purpose}`;
    if (!(await this.start.ready()) || !this.connection.has(command)) return;
    const images = pictures.map((one) => one.image);
    const text = purpose === "ask" ? { text: "?" } : {};
    const { t } = vscode.l10n;
    const answer = (await this.connection
      .execute(command, { ...about, ...text, images, preview: true })
      .catch(() => undefined)) as { preview?: Preview; message?: string } | undefined;
    if (this.chat.next.pictures !== pictures) return;
    const { preview, message } = answer ?? {};
    if (!preview) return this.chat.set({ estimate: message ?? "" });
    const tokens = t("about {0} tokens", count(preview.promptTokens));
    const cost = preview.usd === null ? "" : t(", at most {0}", money(preview.usd));
    this.chat.set({ estimate: tokens + cost });
  }
}

/** Whether a diagnostic is meant: it touches the selection, or stands in the cursor's line. */
function touches(diagnostic: vscode.Range, selection: vscode.Range): boolean {
  if (!selection.isEmpty) return diagnostic.intersection(selection) !== undefined;
  return diagnostic.start.line <= selection.start.line && diagnostic.end.line >= selection.end.line;
}
