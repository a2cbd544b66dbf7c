// The one item in the status bar, and the menu behind it.
import * as vscode from "vscode";
import type { Connection } from "./connection";
import type { Job, Jobs } from "./jobs";
import { commands } from "./names";
import { title } from "./progress";
import type { UsageReport } from "./protocol";
import { money } from "./words";

export class Status implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(
    "kimi-lsp.status",
    vscode.StatusBarAlignment.Right,
    100,
  );
  private readonly listening: vscode.Disposable[];
  private unreachable = false;
  private today: number | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly jobs: Jobs,
  ) {
    this.item.name = "Kimi";
    this.item.command = commands.menu;
    this.listening = [
      jobs.onDidChange(() => this.show()),
      jobs.onEnd(({ outcome }) => {
        this.unreachable = outcome.reason === "offline";
        void this.count();
      }),
      connection.onDidChange(() => this.show()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("kimi.model")) this.show();
      }),
    ];
    this.show();
    this.item.show();
  }

  dispose(): void {
    vscode.Disposable.from(...this.listening, this.item).dispose();
  }

  private async count(): Promise<void> {
    if (this.connection.state !== "running") return;
    try {
      const report = (await this.connection.execute("kimi.usage", {})) as UsageReport;
      this.today = report.today.usd ?? undefined;
    } catch {
      this.today = undefined;
    }
    this.show();
  }

  private show(): void {
    const { icon, text, warns } = this.now();
    const running = this.jobs.list().length;
    const name = this.connection.offline ? vscode.l10n.t("Kimi offline") : "Kimi";
    this.item.text = `$(${icon}) ${name}${running ? ` ${running}` : ""}`;
    const model = vscode.workspace.getConfiguration("kimi").get("model", "auto");
    const lines = [`**Kimi**: ${text}`, vscode.l10n.t("Model: {0}", model)];
    if (this.today !== undefined) {
      lines.push(vscode.l10n.t("Spent today: {0}", money(this.today)));
    }
    this.item.tooltip = new vscode.MarkdownString(lines.join("\n\n"));
    this.item.accessibilityInformation = { label: `Kimi: ${text}`, role: "button" };
    this.item.backgroundColor = warns
      ? new vscode.ThemeColor("statusBarItem.warningBackground")
      : undefined;
  }

  private now(): { icon: string; text: string; warns?: true } {
    const { t } = vscode.l10n;
    const running = this.jobs.list().length;
    switch (this.connection.state) {
      case "missing":
        return { icon: "cloud-download", text: t("the language server is not installed") };
      case "failed":
        return { icon: "error", text: this.connection.problem, warns: true };
      case "starting":
        return { icon: "loading~spin", text: t("starting") };
      default:
    }
    if (running === 1) return { icon: "loading~spin", text: t("working on one job") };
    if (running) return { icon: "loading~spin", text: t("working on {0} jobs", running) };
    if (this.unreachable) {
      return { icon: "debug-disconnect", text: t("the endpoint cannot be reached"), warns: true };
    }
    if (this.connection.offline) return { icon: "beaker", text: t("offline, with no key") };
    return { icon: "sparkle", text: t("ready") };
  }
}

interface Entry extends vscode.QuickPickItem {
  run?: () => unknown;
}

/** The menu of the status item: what runs, and what can be set. */
export async function menu(connection: Connection, jobs: Jobs): Promise<void> {
  const { t } = vscode.l10n;
  const separator = (label: string): Entry => ({
    label,
    kind: vscode.QuickPickItemKind.Separator,
  });
  const command = (icon: string, label: string, name: string): Entry => ({
    label: `$(${icon}) ${label}`,
    run: () => vscode.commands.executeCommand(name),
  });
  const stop = (job: Job): Entry => ({
    label: `$(debug-stop) ${t("Stop: {0}", title(job))}`,
    description: job.message,
    run: () => jobs.stop(job),
  });
  const running = jobs.list().map(stop);
  const entries: Entry[] = [
    ...(running.length ? [separator(t("Running")), ...running] : []),
    separator(t("Settings")),
    command("symbol-misc", t("Model"), commands.model),
    command("lightbulb", t("Thinking"), commands.thinking),
    command("key", t("Set the API key"), commands.setKey),
    connection.offline
      ? command("plug", t("Leave the offline Kimi"), commands.goOnline)
      : command("beaker", t("Try without a key"), commands.tryOffline),
    separator(t("Help")),
    command("graph", t("What was spent"), commands.usage),
    ...(connection.state === "missing"
      ? [command("cloud-download", t("Install the language server"), commands.install)]
      : [command("refresh", t("Restart the language server"), commands.restart)]),
    command("output", t("Show log"), commands.showLog),
    command("clippy", t("Copy diagnostics"), commands.copyDiagnostics),
    command("book", t("Get started"), commands.walkthrough),
  ];
  const chosen = await vscode.window.showQuickPick(entries, {
    title: "Kimi",
    matchOnDescription: true,
  });
  await chosen?.run?.();
}
