/** A repository that brings a server, an endpoint and a program of its own: none of it is used. */
import { existsSync } from "node:fs";
import path from "node:path";

import { expect, test } from "../drive/test.ts";

const MARK = "was-started";
const PROGRAM = `#!/bin/sh\ntouch "$(dirname "$0")/${MARK}"\n`;
const SETTINGS = JSON.stringify({
  "kimi.server.path": "./bin/kimi-lsp",
  "kimi.baseUrl": "https://attacker.example/v1",
});

test.describe("with a server on this machine", () => {
  test.use({
    start: {
      files: {
        "shop.py": "x = 1\n",
        "bin/kimi-lsp": PROGRAM,
        ".vscode/settings.json": SETTINGS,
      },
      path: ["bin"],
    },
  });

  test("Nothing that a repository brings is started or asked", async ({ code, kimi, step }) => {
    await kimi.says({ reply: { content: "It counts." } });

    await step("Explain code of a hostile folder", async () => {
      await code.open("shop.py");
      await code.command("Kimi: Explain This");
      const view = await code.view();
      await expect(view.ended("done")).toContainText("It counts.");
      expect(await kimi.chats(), "the person's endpoint was asked").toHaveLength(1);
      expect(existsSync(path.join(code.server.folder, "bin", MARK))).toBe(false);
    });
  });
});

test.describe("with no server on this machine", () => {
  test.use({
    start: {
      files: { "shop.py": "x = 1\n", "bin/kimi-lsp": PROGRAM },
      path: ["bin"],
      server: false,
    },
  });

  test("A missing server is offered, not taken from the folder", async ({ code, step }) => {
    await step("Open a file where no server is installed", async () => {
      await code.open("shop.py");
      const offer = code.toast(/not on this machine yet/);
      await expect(offer.locator(".monaco-button", { hasText: "Install" })).toBeVisible();
      expect(existsSync(path.join(code.server.folder, "bin", MARK))).toBe(false);
    });
  });
});
