// Where the server's program is. Nothing inside a workspace folder is ever started: a repository
// could have brought it.
import * as fs from "node:fs/promises";
import * as path from "node:path";
import * as vscode from "vscode";
import { serverPath } from "../settings";
import { installed } from "./environment";

const NAMES = process.platform === "win32" ? ["kimi-lsp.exe"] : ["kimi-lsp"];

export type Source = "setting" | "private" | "path";

export interface Program {
  path: string;
  source: Source;
}

/** A setting that names no program that can be started. */
export class BadSetting extends Error {
  constructor(readonly program: string) {
    super(vscode.l10n.t("The setting kimi.server.path names {0}, which is no program.", program));
  }
}

/**
 * The program to start: what is set, else the extension's own environment, else the first on PATH
 * outside the workspace folders; undefined where there is none.
 */
export async function find(context: vscode.ExtensionContext): Promise<Program | undefined> {
  const set = serverPath();
  if (set) {
    if (path.isAbsolute(set) && (await runnable(set))) return { path: set, source: "setting" };
    throw new BadSetting(set);
  }
  const own = await installed(context);
  if (own) return { path: own, source: "private" };
  const outside = await onPath();
  return outside ? { path: outside, source: "path" } : undefined;
}

async function onPath(): Promise<string | undefined> {
  const folders = await Promise.all(
    (vscode.workspace.workspaceFolders ?? [])
      .filter((folder) => folder.uri.scheme === "file")
      .map((folder) => real(folder.uri.fsPath)),
  );
  for (const entry of (process.env.PATH ?? "").split(path.delimiter)) {
    if (!path.isAbsolute(entry)) continue;
    for (const name of NAMES) {
      const candidate = path.join(entry, name);
      if (!(await runnable(candidate))) continue;
      const places = [await real(entry), await real(candidate)];
      if (!places.some((place) => folders.some((folder) => within(place, folder))))
        return candidate;
    }
  }
  return undefined;
}

function within(inner: string, outer: string): boolean {
  const way = path.relative(outer, inner);
  return way === "" || (way.split(path.sep)[0] !== ".." && !path.isAbsolute(way));
}

async function real(place: string): Promise<string> {
  return fs.realpath(place).catch(() => path.resolve(place));
}

/** Whether a path is a file that may be executed. */
export async function runnable(place: string): Promise<boolean> {
  try {
    await fs.access(place, fs.constants.X_OK);
    return (await fs.stat(place)).isFile();
  } catch {
    return false;
  }
}
