// What a person is told when a job ends that no view shows, and what they can do about it.
import * as vscode from "vscode";
import type { Ended, Job } from "./jobs";
import { commands, contexts } from "./names";
import { named } from "./place";
import type { Outcome } from "./protocol";

const SHOWN_SECONDS = 5;

export interface Remedy {
  title: string;
  go: () => unknown;
}

/** Tell how a job ended. An edit that waits is the business of the review. */
export async function tell(
  { job, outcome }: Ended,
  again: (job: Job) => unknown,
  show: (job: string) => unknown,
): Promise<void> {
  if (outcome.state === "done") return done(outcome, job.command);
  if (outcome.state === "cancelled") return passing(outcome.message ?? "");
  const { t } = vscode.l10n;
  const retry = () => again(job);
  const ways: Remedy[] = remedies(outcome, retry);
  ways.push({ title: t("Try again"), go: retry });
  const { id } = job;
  if (outcome.state === "refused" && outcome.text && id) {
    ways.push({ title: t("Show reply"), go: () => show(id) });
  }
  const titles = ways.map((way) => way.title);
  const text = outcome.message ?? t("Kimi's job failed.");
  const chosen = await vscode.window.showWarningMessage(text, ...titles);
  await ways.find((way) => way.title === chosen)?.go();
}

async function done(outcome: Outcome, command: string): Promise<void> {
  if (!outcome.applied) return;
  const names = (outcome.files ?? []).map((uri) => named(uri)).join(", ");
  const changed = names ? vscode.l10n.t("Kimi changed {0}.", names) : "";
  // Its person may have taken a part of it.
  if (outcome.message)
    void vscode.window.showInformationMessage(`${changed} ${outcome.message}`.trim());
  else passing(changed);
  if (command === "kimi.fix") {
    await vscode.commands.executeCommand("setContext", contexts.fixed, true);
  }
}

/** Show a file that was made of a picture. */
export async function open({ job, outcome }: Ended): Promise<void> {
  const [made] = outcome.files ?? [];
  if (job.command !== "kimi.component" || !outcome.applied || !made) return;
  await vscode.window.showTextDocument(vscode.Uri.parse(made), { preview: false });
}

/** What mends a failure, where a button can. */
export function remedies({ reason }: Pick<Outcome, "reason">, again: () => unknown): Remedy[] {
  const { t } = vscode.l10n;
  const run = (title: string, command: string, ...args: unknown[]): Remedy => ({
    title,
    go: () => vscode.commands.executeCommand(command, ...args),
  });
  const settings = (key: string) =>
    run(t("Open settings"), "workbench.action.openSettings", `kimi.${key}`);
  switch (reason) {
    case "no_key":
    case "unauthorized":
      return [
        {
          title: reason === "no_key" ? t("Set the key") : t("Change the key"),
          go: async () => ((await vscode.commands.executeCommand(commands.setKey)) ? again() : 0),
        },
        run(t("Try without a key"), commands.tryOffline),
      ];
    case "no_such_model":
      return [run(t("Choose the model"), commands.model)];
    case "budget":
      return [settings("budget")];
    case "offline":
    case "forbidden":
    case "protocol":
      return [settings("baseUrl")];
    case "timeout":
      return [settings("timeout")];
    case "internal":
      return [run(t("Show log"), commands.showLog)];
    default:
      return [];
  }
}

function passing(text: string): void {
  if (text) vscode.window.setStatusBarMessage(`$(sparkle) ${text}`, SHOWN_SECONDS * 1000);
}
