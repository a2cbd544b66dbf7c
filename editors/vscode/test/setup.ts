/** Installs the packaged extension once, as a person installs a .vsix; each test starts from it. */
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";

import type { FullConfig } from "@playwright/test";

import { CODE, EXTENSIONS, VSIX, chromium } from "./places.ts";

export default function setup(config: FullConfig): void {
  chromium();
  for (const { outputDir } of config.projects) {
    rmSync(path.dirname(outputDir), { recursive: true, force: true });
  }
  installed();
}

/** Have the packaged extension installed, and none else. */
export function installed(): void {
  rmSync(EXTENSIONS, { recursive: true, force: true });
  const words = [
    path.join(CODE, "out/server-main.js"),
    "--accept-server-license-terms",
    `--extensions-dir=${EXTENSIONS}`,
    `--server-data-dir=${EXTENSIONS}`,
    `--install-extension=${VSIX}`,
  ];
  execFileSync(process.execPath, words, { stdio: "pipe" });
}
