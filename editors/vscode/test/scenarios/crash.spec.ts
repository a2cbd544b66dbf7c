/** The server's process is killed under the person's hands. */
import { expect, test } from "../drive/test.ts";

test.use({ start: { files: { "shop.py": "def total(prices):\n    return sum(price)\n" } } });

test("Go on after the server was killed", async ({ code, kimi, step }) => {
  await kimi.says({ reply: { content: "It adds up the prices." } });

  await step("Work with a running server", async () => {
    await code.open("shop.py");
    await expect.poll(() => code.server.processes("kimi-lsp").length).toBe(1);
  });

  await step("Find it started again after it was killed", async () => {
    const old = code.server.processes("kimi-lsp");
    for (const one of old) process.kill(one, "SIGKILL");
    await expect
      .poll(() => code.server.processes("kimi-lsp").filter((one) => !old.includes(one)).length)
      .toBe(1);
  });

  await step("Ask as before", async () => {
    await code.goTo(2);
    await code.command("Kimi: Explain This");
    const view = await code.view();
    await expect(view.last).toContainText("It adds up the prices.");
  });

  await step("Be told, with a way on, when it dies again and again", async () => {
    const died = code.toast(/ended \d+ times/);
    await expect(async () => {
      for (const one of code.server.processes("kimi-lsp")) process.kill(one, "SIGKILL");
      await expect(died).toBeVisible({ timeout: 1_000 });
    }).toPass({ timeout: 60_000 });
    await expect(died.locator(".monaco-button", { hasText: "Show log" })).toBeVisible();
  });

  await step("Start it again", async () => {
    await code.answer(/ended \d+ times/, "Start again");
    await expect.poll(() => code.server.processes("kimi-lsp").length).toBe(1);
  });
});
