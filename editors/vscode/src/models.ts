// Choosing the model: those that the endpoint lists, which is asked when the list is opened.
import * as vscode from "vscode";
import type { Connection } from "./connection";
import { said } from "./jobs";
import { commands } from "./names";
import type { ModelList, Outcome } from "./protocol";

interface Entry extends vscode.QuickPickItem {
  /** The id that is set. */
  value?: string;
  /** What is done in place of that. */
  go?: () => unknown;
}

const configuration = () => vscode.workspace.getConfiguration("kimi");

/** Choose the model for all folders; any id can be typed. */
export function chooseModel(connection: Connection): void {
  const { t } = vscode.l10n;
  const box = vscode.window.createQuickPick<Entry>();
  const now = configuration().get("model", "auto");
  let found: Found = {};
  const show = () => {
    box.items = [...typed(box.value.trim(), found), ...known(now, found), ...trouble(found, load)];
  };
  const load = async (): Promise<void> => {
    found = {};
    box.busy = true;
    show();
    found = await asked(connection);
    box.busy = false;
    show();
  };
  box.title = t("Model");
  box.placeholder = t("Choose a model, or type its id as the endpoint names it");
  box.matchOnDescription = true;
  box.onDidChangeValue(show);
  box.onDidHide(() => box.dispose());
  box.onDidAccept(() => {
    const [chosen] = box.selectedItems;
    if (chosen?.go) return void chosen.go();
    box.hide();
    if (!chosen?.value) return;
    void configuration().update("model", chosen.value, vscode.ConfigurationTarget.Global);
  });
  box.show();
  void load();
}

interface Found {
  list?: ModelList;
  problem?: Outcome;
}

async function asked(connection: Connection): Promise<Found> {
  try {
    const answer = (await connection.execute("kimi.models", {})) as ModelList | Outcome;
    return "state" in answer ? { problem: answer } : { list: answer };
  } catch (error) {
    return { problem: { state: "failed", message: said(error) } };
  }
}

/** What is set and what there is, `auto` first. */
function known(now: string, { list }: Found): Entry[] {
  const { t } = vscode.l10n;
  const entry = (value: string, description?: string): Entry => ({
    label: value === now ? `$(check) ${value}` : value,
    value,
    ...(description ? { description } : {}),
  });
  const listed = list?.models.map(({ id }) => id) ?? [];
  const auto = list?.auto ? t("now {0}", list.auto) : t("the K2.5 that the endpoint lists");
  const unlisted = now !== "auto" && !listed.includes(now);
  const note = list ? t("not listed by the endpoint") : undefined;
  return [
    entry("auto", auto),
    ...(unlisted ? [entry(now, note)] : []),
    ...listed.map((id) => entry(id)),
  ];
}

/** An id that no entry has. */
function typed(value: string, { list }: Found): Entry[] {
  if (!value || value === "auto" || list?.models.some(({ id }) => id === value)) return [];
  return [{ label: vscode.l10n.t("Use “{0}”", value), value, alwaysShow: true }];
}

/** Why the endpoint's own models are not there, and what mends that. */
function trouble({ problem }: Found, again: () => unknown): Entry[] {
  if (!problem) return [];
  const { t } = vscode.l10n;
  const way = (icon: string, label: string, go: () => unknown): Entry => ({
    label: `$(${icon}) ${label}`,
    alwaysShow: true,
    go,
  });
  const key = problem.reason === "no_key" || problem.reason === "unauthorized";
  const set = async () => {
    if (await vscode.commands.executeCommand(commands.setKey)) {
      await vscode.commands.executeCommand(commands.model);
    }
  };
  return [
    { label: "", kind: vscode.QuickPickItemKind.Separator },
    {
      label: `$(warning) ${t("The endpoint's own models are not known")}`,
      detail: problem.message ?? "",
      alwaysShow: true,
      go: again,
    },
    ...(key ? [way("key", t("Set the API key"), set)] : []),
    way("refresh", t("Try again"), again),
  ];
}
