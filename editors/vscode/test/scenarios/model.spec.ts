/** Choosing the model: the endpoint is asked for its list when the list is opened, and not before. */
import { expect, test } from "../drive/test.ts";

test.use({
  flags: ["--models", "kimi-k3,kimi-k2.5"],
  start: { files: { "shop.py": "x = 1\n" } },
});

test("Choose the model", async ({ code, kimi, step }) => {
  await kimi.says({ reply: { content: "It counts." } });

  await step("See what the endpoint lists, and what automatic is", async () => {
    await code.open("shop.py");
    await expect.poll(() => code.server.processes("kimi-lsp").length).toBeGreaterThan(0);
    expect(await kimi.paths(), "nothing is asked by itself").toEqual([]);
    await code.command("Kimi: Choose the Model");
    await expect(code.rows.filter({ hasText: "kimi-k3" })).toBeVisible();
    await expect(code.rows.first()).toContainText("now kimi-k2.5");
    expect(await kimi.paths()).toEqual(["/v1/models"]);
  });

  await step("Choose one, and be answered by it", async () => {
    await code.pick("kimi-k3");
    await code.command("Kimi: Explain This");
    const view = await code.view();
    await expect(view.ended("done")).toContainText("It counts.");
    await expect(view.last.locator(".receipt")).toContainText("kimi-k3");
  });

  await step("Type one that is not listed", async () => {
    await code.command("Kimi: Choose the Model");
    await code.input.fill("kimi-next");
    await code.pick("Use “kimi-next”");
    await code.command("Kimi: Choose the Model");
    await expect(code.rows.filter({ hasText: "kimi-next" })).toContainText("not listed");
    await code.page.keyboard.press("Escape");
  });

  await step("Be told why there is no list", async () => {
    await kimi.close();
    await code.command("Kimi: Choose the Model");
    const why = code.rows.filter({ hasText: "not known" });
    await expect(why).toContainText(/reach|connect|network/i);
    await expect(code.rows.filter({ hasText: "Try again" })).toBeVisible();
    await expect(code.rows.first()).toContainText("auto");
  });
});
