/**
 * Runs the tests of `host/` inside VS Code's extension host, and prints what they say; the window is
 * only there because an extension host needs one.
 */
import { execFileSync } from "node:child_process";
import path from "node:path";

import { chromium as engine } from "@playwright/test";
import { build } from "esbuild";

import { Server } from "./drive/server.ts";
import { MARK } from "./host/mark.ts";
import { BIN, EXTENSION, chromium } from "./places.ts";

const MINUTES = 5;
const BUNDLE = path.join(EXTENSION, "dist/test/host.cjs");
const TABLE =
  "import json; from kimi_lsp.settings import table; " +
  "print(json.dumps({entry.key: entry.default for entry in table()}))";

await build({
  entryPoints: [path.join(import.meta.dirname, "host/index.ts")],
  bundle: true,
  platform: "node",
  format: "cjs",
  external: ["vscode", "mocha"],
  outfile: BUNDLE,
  logLevel: "warning",
});
const server = new Server();
const context = await engine.launchPersistentContext(path.join(server.home, "chromium"), {
  executablePath: chromium(),
  chromiumSandbox: false,
});
const lines: string[] = [];
try {
  await server.start({
    files: { "shop.py": "x = 1\n" },
    environment: {
      KIMI_TEST_SETTINGS: execFileSync(path.join(BIN, "python"), ["-c", TABLE], { encoding: "utf8" }),
    },
    development: true,
  });
  const page = context.pages()[0] ?? (await context.newPage());
  const ended = new Promise<number>((resolve) => {
    void page.exposeFunction("codeAutomationExit", resolve);
    setTimeout(() => resolve(-1), MINUTES * 60_000).unref();
  });
  await page.exposeFunction("codeAutomationLog", (_: string, words: unknown[]) => {
    // What the host says for itself is not the tests'.
    const said = words.map(String).find((word) => word.startsWith(MARK));
    if (said) lines.push(said.slice(MARK.length));
  });
  const there = (file: string): string => `vscode-remote://${new URL(server.url).host}${file}`;
  const payload = JSON.stringify([
    ["extensionDevelopmentPath", there(EXTENSION)],
    ["extensionTestsPath", there(BUNDLE)],
  ]);
  await page.goto(`${server.url}&payload=${encodeURIComponent(payload)}`, { timeout: 60_000 });
  const code = await ended;
  const whole = lines.some((line) => /^\d+ passed, \d+ failed$/.test(line));
  if (!whole) lines.push("the tests did not come to their end", "0 passed, 1 failed");
  process.stdout.write(lines.map((line) => `${line}\n`).join(""));
  process.exitCode = whole && code === 0 ? 0 : 1;
} finally {
  await context.close();
  await server.close();
}
