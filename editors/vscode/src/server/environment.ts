// The extension's own Python environment: one for each wheel, in a folder only the editor uses.
import { createHash } from "node:crypto";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import * as vscode from "vscode";

const WINDOWS = process.platform === "win32";

/** Written last, so that an installation that broke off is not taken for a whole one. */
const COMPLETE = "complete";

export interface Environment {
  folder: string;
  wheel: string;
  python: string;
  program: string;
}

/** Where the server of the wheel inside this extension belongs; undefined without such a wheel. */
export async function environment(
  context: vscode.ExtensionContext,
): Promise<Environment | undefined> {
  const wheels = vscode.Uri.joinPath(context.extensionUri, "wheels").fsPath;
  const names = await fs.readdir(wheels).catch(() => []);
  const name = names.find((one) => one.endsWith(".whl"));
  if (!name) return undefined;
  const wheel = path.join(wheels, name);
  const hash = createHash("sha256").update(await fs.readFile(wheel));
  const folder = path.join(
    context.globalStorageUri.fsPath,
    `server-${name.split("-")[1] ?? ""}-${hash.digest("hex").slice(0, 8)}`,
  );
  const scripts = path.join(folder, WINDOWS ? "Scripts" : "bin");
  return {
    folder,
    wheel,
    python: path.join(scripts, WINDOWS ? "python.exe" : "python"),
    program: path.join(scripts, WINDOWS ? "kimi-lsp.exe" : "kimi-lsp"),
  };
}

/** The program of a whole installation of this extension's wheel. */
export async function installed(context: vscode.ExtensionContext): Promise<string | undefined> {
  const own = await environment(context);
  if (!own) return undefined;
  try {
    await fs.access(path.join(own.folder, COMPLETE));
    return own.program;
  } catch {
    return undefined;
  }
}

/** An installation is whole; those of other wheels are removed. */
export async function complete(own: Environment): Promise<void> {
  await fs.writeFile(path.join(own.folder, COMPLETE), "");
  const storage = path.dirname(own.folder);
  for (const name of await fs.readdir(storage)) {
    const other = path.join(storage, name);
    if (name.startsWith("server-") && other !== own.folder) {
      await fs.rm(other, { recursive: true, force: true }).catch(() => undefined);
    }
  }
}
