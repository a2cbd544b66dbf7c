/** Where things are. */
import { existsSync } from "node:fs";
import path from "node:path";

export const VERSION = "4.139.1";

export const HERE = import.meta.dirname;
export const ROOT = path.resolve(HERE, "../../..");
export const CODE_SERVER = path.join(ROOT, ".tools/code-server");
export const CODE = path.join(CODE_SERVER, "node_modules/code-server/lib/vscode");
export const ARTIFACTS = path.join(ROOT, "artifacts/vscode");
export const BIN = path.join(ROOT, ".venv/bin");
export const EXTENSIONS = path.join(ROOT, ".tools/vscode-extensions");
/** The packaged extension, as `make test-vscode` builds it. */
export const VSIX = process.env.KIMI_TEST_VSIX ?? path.join(ROOT, ".tools/kimi-lsp.vsix");

/** The Chromium of this machine, or undefined. */
export function chromium(): string | undefined {
  const named = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const found = (process.env.PATH ?? "")
    .split(path.delimiter)
    .flatMap((folder) => named.map((name) => path.join(folder, name)))
    .find((file) => existsSync(file));
  return process.env.KIMI_TEST_CHROMIUM ?? found;
}
