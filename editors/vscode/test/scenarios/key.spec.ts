/** No key: asked for when a job needs it, told when it is wrong, kept, and found nowhere else. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

import { expect, test } from "../drive/test.ts";

const RIGHT = "sk-the-right-key-4711";

test.use({
  flags: ["--key", RIGHT],
  start: {
    files: { "shop.py": "x = 1\n", "again.py": "y = 2\n" },
    environment: { KIMI_API_KEY: undefined },
  },
});

test("Give a key when it is needed", async ({ code, kimi, step }) => {
  await kimi.says({ reply: { content: "It counts." } });
  const box = code.page.locator(".quick-input-widget", { hasText: /API key/i });

  await step("Be asked for a key", async () => {
    await code.open("shop.py");
    await code.command("Kimi: Explain This");
    await expect(box).toBeVisible();
    await expect(code.input).toHaveAttribute("type", "password");
  });

  await step("Be told that a key is wrong", async () => {
    await code.input.fill("sk-a-wrong-key");
    await code.page.keyboard.press("Enter");
    const view = await code.view();
    await expect(view.ended("failed")).toContainText("does not accept the API key");
    await expect(view.last).not.toContainText("kimi-lsp login");
  });

  await step("Try again: be asked for another", async () => {
    const view = await code.view();
    await view.last.getByRole("button", { name: "Try again" }).click();
    await expect(box).toContainText(/not accepted/);
    await code.page.keyboard.press("Escape");
    await expect(view.ended("failed")).toContainText("does not accept the API key");
  });

  await step("Change the key: get the answer with the right one", async () => {
    await (await code.view()).last.getByRole("button", { name: "Change the key" }).click();
    await expect(box).toBeVisible();
    await code.input.fill(RIGHT);
    await code.page.keyboard.press("Enter");
    const view = await code.view();
    await expect(view.last).toContainText("It counts.");
  });

  await step("Not be asked again after a restart", async () => {
    await code.command("Kimi: Restart the Language Server");
    await code.open("again.py");
    await code.command("Kimi: Explain This");
    const view = await code.view();
    await expect(view.ended("done")).toContainText("again.py");
    expect(holding(code.server.home, RIGHT), "files that hold the key").toEqual([]);
  });
});

/** The files below a folder that hold a text; the browser keeps its own, as a keyring would. */
function holding(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => !name.startsWith("chromium") && !name.startsWith("extensions"))
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile())
    .filter((file) => readFileSync(file).includes(text));
}
