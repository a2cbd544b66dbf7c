/** The test function of the scenarios: an offline Kimi, a workbench, and a picture of each step. */
import { mkdirSync } from "node:fs";
import path from "node:path";

import { test as base } from "@playwright/test";

import { ARTIFACTS, chromium } from "../places.ts";
import { Kimi } from "./kimi.ts";
import { Server, type Start } from "./server.ts";
import { Workbench } from "./workbench.ts";

interface Fixtures {
  /** What the test starts from; without an endpoint in its environment, the offline Kimi's. */
  start: Start;
  /** Flags of the offline Kimi. */
  flags: string[];
  kimi: Kimi;
  code: Workbench;
  /** One thing the person does, kept as a picture of what they see then. */
  step: (name: string, act: () => Promise<void>) => Promise<void>;
}

export const test = base.extend<Fixtures>({
  start: [{ files: {} }, { option: true }],

  flags: [[], { option: true }],

  kimi: async ({ flags }, use) => {
    const kimi = await Kimi.start(...flags);
    await use(kimi);
    await kimi.close();
  },

  code: async ({ playwright, kimi, start }, use) => {
    const endpoint = { KIMI_BASE_URL: kimi.url, KIMI_API_KEY: "offline-canary-key" };
    const server = new Server();
    const context = await playwright.chromium.launchPersistentContext(
      path.join(server.home, "chromium"),
      {
        executablePath: chromium(),
        chromiumSandbox: false,
        viewport: { width: 1280, height: 800 },
        args: ["--disable-gpu", "--disable-quic", "--disable-component-update", "--disable-sync"],
      },
    );
    try {
      await server.start({ ...start, environment: { ...endpoint, ...start.environment } });
      const page = context.pages()[0] ?? (await context.newPage());
      const code = new Workbench(page, server, context);
      await code.arrive();
      await use(code);
    } finally {
      await context.close();
      await server.close();
    }
  },

  step: async ({ code }, use, info) => {
    const folder = path.join(ARTIFACTS, path.basename(info.file).replace(/\..*$/, ""));
    mkdirSync(folder, { recursive: true });
    let number = 0;
    await use(async (name, act) => {
      number += 1;
      const picture = `${number}-${name.replace(/\W+/g, "-").toLowerCase()}`;
      const shoot = (mark = ""): Promise<Buffer> =>
        code.page.screenshot({ path: path.join(folder, `${picture}${mark}.png`) });
      await test.step(name, async () => {
        try {
          await act();
        } catch (error) {
          await shoot("-FAILED").catch(() => undefined);
          await code.command("Notifications: Show Notifications").catch(() => undefined);
          await shoot("-FAILED-messages").catch(() => undefined);
          throw error;
        }
        await shoot();
      });
    });
  },
});

export { expect } from "@playwright/test";
