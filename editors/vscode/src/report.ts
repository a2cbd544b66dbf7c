// What a bug report needs to know, with no key and no code in it.
import * as vscode from "vscode";
import type { Connection } from "./connection";
import { endpoint, type Keys } from "./key";
import type { Settings } from "./settings";

/** The report, as text for the clipboard. */
export function report(
  extension: vscode.Extension<unknown>,
  connection: Connection,
  keys: Keys,
  settings: Settings,
): string {
  const manifest = extension.packageJSON as { version: string };
  const rows: [string, string][] = [
    ["extension", manifest.version],
    ["server", connection.server?.version ?? connection.state],
    ["found by", connection.program?.source ?? "-"],
    ["problem", connection.problem || "-"],
    ["offline Kimi", String(connection.offline)],
    ["endpoint is official", String(endpoint() === "https://api.moonshot.ai")],
    ["keys kept", String(keys.origins().length)],
    ["settings changed", settings.changed().join(", ") || "-"],
    ["editor", `${vscode.env.appName} ${vscode.version}`],
    ["host", `${vscode.env.appHost}, ${vscode.env.remoteName ?? "local"}`],
    ["system", `${process.platform} ${process.arch}, node ${process.versions.node}`],
    ["language", vscode.env.language],
    ["trusted", String(vscode.workspace.isTrusted)],
  ];
  return rows.map(([name, value]) => `${name}: ${value}`).join("\n");
}
