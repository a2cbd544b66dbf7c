/** Where things are. */
import path from "node:path";

export const VERSION = "4.139.1";

export const HERE = import.meta.dirname;
export const ROOT = path.resolve(HERE, "../../..");
/** The extension's own folder, with its bundles. */
export const EXTENSION = path.resolve(HERE, "..");
export const CODE_SERVER = path.join(ROOT, ".tools/code-server");
export const CODE = path.join(CODE_SERVER, "node_modules/code-server/lib/vscode");
export const ARTIFACTS = path.join(ROOT, "artifacts/vscode");
export const BIN = path.join(ROOT, ".venv/bin");
export const EXTENSIONS = path.join(ROOT, ".tools/vscode-extensions");
/** The packaged extension, as `make test-vscode` builds it. */
export const VSIX = process.env.KIMI_TEST_VSIX ?? path.join(ROOT, ".tools/kimi-lsp.vsix");

/** The Chromium to drive. */
export function chromium(): string {
  const program = process.env.KIMI_BROWSER;
  if (!program) throw new Error("no Chromium was found; name one in KIMI_BROWSER");
  return program;
}
