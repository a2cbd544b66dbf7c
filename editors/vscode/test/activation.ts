/**
 * How long VS Code takes to activate the extension, and a language client that VS Code brings along,
 * in the same windows: prints one line of JSON, name to milliseconds by window.
 */
import path from "node:path";

import { chromium as engine, expect } from "@playwright/test";

import { Server } from "./drive/server.ts";
import { Workbench } from "./drive/workbench.ts";
import { chromium } from "./places.ts";
import { installed } from "./setup.ts";

const WINDOWS = 8;
const NAMES = ["Kimi", "HTML Language Features"];

installed();
const server = new Server();
const context = await engine.launchPersistentContext(path.join(server.home, "chromium"), {
  executablePath: chromium(),
  chromiumSandbox: false,
  // What lies below the end of a list is not there to be read.
  viewport: { width: 1280, height: 2400 },
});
const taken = Object.fromEntries(NAMES.map((name): [string, number[]] => [name, []]));
try {
  await server.start({ files: { "page.html": "<!doctype html>\n<p>A page\n" } });
  const page = context.pages()[0] ?? (await context.newPage());
  const code = new Workbench(page, server, context);
  for (let window = 0; window < WINDOWS; window += 1) {
    await code.arrive();
    await code.open("page.html");
    await code.command("Developer: Show Running Extensions");
    for (const name of NAMES) {
      const row = page.locator(".runtime-extensions-editor .extension").filter({
        has: page.getByText(name, { exact: true }),
      });
      const time = row.getByText(/Activation: \d+ms/);
      await expect(time).toBeVisible({ timeout: 60_000 });
      taken[name]?.push(Number(/(\d+)ms/.exec(await time.innerText())?.[1]));
    }
  }
} finally {
  await context.close();
  await server.close();
}
process.stdout.write(`${JSON.stringify(taken)}\n`);
