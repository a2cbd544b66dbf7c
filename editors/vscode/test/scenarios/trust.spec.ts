/** A folder that is not trusted: Kimi works, and takes nothing from it; then it is trusted. */
import { existsSync } from "node:fs";
import path from "node:path";

import { expect, test } from "../drive/test.ts";

const MARK = "was-started";

test.use({
  flags: ["--models", "kimi-k2.5,kimi-k2.6"],
  start: {
    files: {
      "shop.py": "x = 1\n",
      "bin/kimi-lsp": `#!/bin/sh\ntouch "$(dirname "$0")/${MARK}"\n`,
      ".vscode/settings.json": JSON.stringify({ "kimi.model": "kimi-k2.6" }),
    },
    settings: { "kimi.trusted": true },
    path: ["bin"],
    untrusted: true,
    listens: true,
  },
});

test("Work in a folder before and after it is trusted", async ({ code, kimi, step }) => {
  await kimi.says({ reply: { content: "It counts." } });
  const told = (): string[] => code.server.sent().match(/"trusted": ?(true|false)/g) ?? [];
  const explain = async (): Promise<void> => {
    await code.open("shop.py");
    await code.command("Kimi: Explain This");
    const view = await code.view();
    await expect(view.ended("done")).toContainText("It counts.");
  };

  await step("Explain code in restricted mode: the folder's settings and programs are left alone", async () => {
    await expect(code.status("Restricted Mode")).toBeVisible();
    await explain();
    expect((await kimi.last()).model).toBe("kimi-k2.5");
    expect(told()).toEqual(['"trusted":false']);
    expect(existsSync(path.join(code.server.folder, "bin", MARK))).toBe(false);
  });

  await step("Trust it: the server is told, and its settings count", async () => {
    await code.command("Workspaces: Manage Workspace Trust");
    await code.page.locator(".workspace-trust-editor").getByRole("button", { name: "Trust" }).first().click();
    await expect.poll(told).toEqual(['"trusted":false', '"trusted":true']);
    await explain();
    await expect.poll(async () => (await kimi.last()).model).toBe("kimi-k2.6");
    expect(existsSync(path.join(code.server.folder, "bin", MARK))).toBe(false);
  });
});
