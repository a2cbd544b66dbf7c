// How the model thinks, and what was spent.
import * as vscode from "vscode";
import type { Connection } from "./connection";
import type { UsageReport } from "./protocol";
import { count, money } from "./words";

const configuration = () => vscode.workspace.getConfiguration("kimi");

interface Choice extends vscode.QuickPickItem {
  value: string;
}

/** Choose when the model thinks before it answers. */
export async function chooseThinking(): Promise<void> {
  const { t } = vscode.l10n;
  const now = configuration().get("thinking", "auto");
  const choices: Choice[] = [
    { label: t("Automatic"), description: t("each action decides"), value: "auto" },
    { label: t("On"), description: t("slower, for hard questions"), value: "on" },
    { label: t("Off"), description: t("answers at once"), value: "off" },
  ];
  const chosen = await pick(t("Thinking"), choices, now);
  if (!chosen) return;
  await configuration().update("thinking", chosen.value, vscode.ConfigurationTarget.Global);
}

async function pick(title: string, items: Choice[], now: string): Promise<Choice | undefined> {
  const marked = items.map((one) => ({
    ...one,
    label: `${one.value === now ? "$(check) " : ""}${one.label}`,
  }));
  return vscode.window.showQuickPick(marked, { title });
}

/** Say what this session and this day took. */
export async function showUsage(connection: Connection): Promise<void> {
  const { t } = vscode.l10n;
  const report = (await connection.execute("kimi.usage", {})) as UsageReport & {
    message?: string;
  };
  if (report.message) {
    void vscode.window.showWarningMessage(report.message);
    return;
  }
  const row = (title: string, usage: UsageReport["run"]) => {
    const tokens = count(usage.promptTokens + usage.completionTokens);
    const cost = usage.usd === null ? "" : `, ${money(usage.usd)}`;
    const requests =
      usage.requests === 1 ? t("one request") : t("{0} requests", count(usage.requests));
    return `${title}: ${t("{0} tokens", tokens)}, ${requests}${cost}`;
  };
  const { usdPerDay, usdLeft } = report.budget;
  const left =
    usdLeft === null ? "" : t("{0} of today's {1} is left.", money(usdLeft), money(usdPerDay));
  const text = [row(t("This session"), report.run), row(t("Today"), report.today), left];
  void vscode.window.showInformationMessage(t("What Kimi took"), {
    modal: true,
    detail: text.filter(Boolean).join("\n"),
  });
}
