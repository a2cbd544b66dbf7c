// What a person asks for, from the menus and the keyboard: each becomes a command of the server.
import * as vscode from "vscode";
import type { Connection } from "./connection";
import type { Job, Jobs } from "./jobs";
import { contexts, schemes } from "./names";
import { choose } from "./pictures";
import { here, members, named } from "./place";
import type { Argument, Preview } from "./protocol";
import type { Start } from "./start";
import type { Chat } from "./view/chat";
import type { Attached, Drafted } from "./view/drafted";
import type { Purpose } from "./view/messages";
import type { Surface } from "./view/surface";
import { alone, beside, question, ways, type Way } from "./ways";
import { count, money } from "./words";

/** Commands whose answer is read, and not applied. */
const READ = new Set(["kimi.explain", "kimi.ask"]);
const JOBS = new Set(["kimi.fix", "kimi.edit", "kimi.apply"]);

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
    const question = this.chat.words(command);
    if (question) return this.view(command, argument, question);
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
    this.draft({ ways: place ? [question(place)] : [], way: 0 });
    await this.surface.show(true);
    await this.start.ready();
  }

  /** Choose a picture for a component or for what looks wrong. */
  async picture(purpose: Purpose, given?: unknown): Promise<void> {
    const place = given instanceof vscode.Uri ? undefined : here();
    const found = given instanceof vscode.Uri ? [beside(given)] : place && ways(place);
    if (!found) return;
    const picture = await choose();
    if (picture) await this.attach(purpose, picture, found);
  }

  /** Put a picture before its person, with what it takes; nothing is sent yet. */
  async attach(purpose: Purpose, picture: Attached, found?: Way[]): Promise<void> {
    const next = this.chat.next;
    // More pictures of the same question join it.
    const joins = !found || (purpose === this.chat.next.purpose && next.pictures.length > 0);
    const pictures = joins ? [...next.pictures, picture] : [picture];
    const offered = found ?? (next.ways.length > 0 ? undefined : [alone(), ...elsewhere()]);
    const way = offered?.findIndex((one) => one.purpose === purpose) ?? 0;
    const place = offered ? { ways: offered, way: Math.max(0, way) } : {};
    this.draft({ ...place, pictures, estimate: "" });
    await vscode.commands.executeCommand("setContext", contexts.pictured, true);
    await this.surface.show(true);
    await this.estimate();
  }

  /** Choose what the picture is for, and where it goes. */
  async go(way: number): Promise<void> {
    this.draft({ way, estimate: "" });
    await this.estimate();
  }

  /** Take a picture out again. */
  async remove(id: string): Promise<void> {
    const pictures = this.chat.next.pictures.filter((one) => one.id !== id);
    const place = pictures.length || this.chat.next.purpose === "ask" ? {} : { ways: [], way: 0 };
    this.draft({ ...place, pictures, estimate: "" });
    if (pictures.length) await this.estimate();
  }

  /** Send what is drafted. */
  async send(text: string): Promise<void> {
    const { pictures, purpose } = this.chat.next;
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

  private draft(change: Parameters<Drafted["with"]>[0]): void {
    this.chat.draft(this.chat.next.with(change));
  }

  /** Show an answer while it comes. */
  private async read(command: string, argument: Argument): Promise<Job> {
    const place = argument.uri ? named(argument.uri, argument.range) : "";
    const question = argument.text ?? vscode.l10n.t("Explain {0}", place);
    return this.view(command, argument, question);
  }

  private async view(command: string, argument: Argument, question: string): Promise<Job> {
    const job = this.chat.begin(command, argument, question);
    await this.surface.show();
    return job;
  }

  /** Ask the server what the draft would take; it sends nothing for that. */
  private async estimate(): Promise<void> {
    const { pictures, purpose, about, images } = this.chat.next;
    const command = `kimi.${purpose}`;
    if (!(await this.start.ready()) || !this.connection.has(command)) return;
    const { t } = vscode.l10n;
    if (pictures.some(({ image }) => "url" in image)) {
      return this.draft({ estimate: t("What it takes is known once the page is drawn.") });
    }
    const text = purpose === "ask" ? { text: "?" } : {};
    const answer = (await this.connection
      .execute(command, { ...about, ...text, ...images, preview: true })
      .catch(() => undefined)) as { preview?: Preview; message?: string } | undefined;
    if (this.chat.next.pictures !== pictures) return;
    const { preview, message } = answer ?? {};
    if (!preview) return this.draft({ estimate: message ?? "" });
    const tokens = t("about {0} tokens", count(preview.promptTokens));
    const cost = preview.usd === null ? "" : t(", at most {0}", money(preview.usd));
    this.draft({ estimate: tokens + cost });
  }
}

/** What a picture may be for in the code that is seen beside the view. */
function elsewhere(): Way[] {
  const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0];
  if (!editor || !schemes.has(editor.document.uri.scheme)) return [];
  const { document, selection } = editor;
  return ways({ uri: document.uri, range: selection, version: document.version });
}

/** Whether a diagnostic is meant: it touches the selection, or stands in the cursor's line. */
function touches(diagnostic: vscode.Range, selection: vscode.Range): boolean {
  if (!selection.isEmpty) return diagnostic.intersection(selection) !== undefined;
  return diagnostic.start.line <= selection.start.line && diagnostic.end.line >= selection.end.line;
}
