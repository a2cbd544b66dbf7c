/** The extension that is tested, and its processes. */
import { readdirSync, readFileSync } from "node:fs";

import * as vscode from "vscode";

/** The extension, as VS Code knows it. */
export function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension("kimi-lsp.kimi-lsp");
  if (!found) throw new Error("VS Code does not know the extension");
  return found;
}

/** What the manifest declares. */
export function manifest(): Manifest {
  return extension().packageJSON as Manifest;
}

interface Manifest {
  main: string;
  contributes: {
    commands: { command: string }[];
    configuration: { properties: Record<string, unknown> }[];
  };
}

/** The language servers that this extension host started. */
export function servers(): number[] {
  return readdirSync("/proc").flatMap((entry) => {
    try {
      const parent = readFileSync(`/proc/${entry}/stat`, "utf8").split(") ").pop()?.split(" ")[1];
      const command = readFileSync(`/proc/${entry}/cmdline`, "utf8");
      return Number(parent) === process.pid && command.includes("kimi-lsp") ? [Number(entry)] : [];
    } catch {
      return []; // no process, or one that is gone
    }
  });
}

/** Waits for a condition, with an end. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const end = Date.now() + 30_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Opens a file of the workspace. */
export async function open(name: string): Promise<vscode.TextDocument> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (!folder) throw new Error("there is no workspace folder");
  const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, name));
  await vscode.window.showTextDocument(document);
  return document;
}
