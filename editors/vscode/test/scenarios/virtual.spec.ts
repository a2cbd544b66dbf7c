/** A workspace in no folder of the machine: what is open is worked on as anywhere. */
import { lastText } from "../drive/kimi.ts";
import { expect, test } from "../drive/test.ts";

const SHOP = 'def total(prices):\n    return sum(prices)\n';

test.use({ start: { files: { "shop.py": SHOP }, virtual: true } });

test("Work in a virtual workspace", async ({ code, kimi, step }) => {
  await kimi.says({
    match: { contains: "Round it" },
    reply: { content: "```python\ndef total(prices):\n    return round(sum(prices), 2)\n```" },
  });
  await kimi.says({ reply: { content: "It adds up." } });
  const explorer = code.page.locator(".explorer-folders-view .monaco-list-row");

  await step("Open a file that is nowhere on the disk", async () => {
    await explorer.filter({ hasText: "shop.py" }).dblclick();
    await expect(code.line("return sum(prices)")).toBeVisible();
    await expect(code.tab("shop.py")).toBeVisible();
  });

  await step("Explain it", async () => {
    await code.line("return sum").click();
    await code.command("Kimi: Explain This");
    const view = await code.view();
    await expect(view.ended("done")).toContainText("It adds up.");
    expect(lastText(await kimi.last())).toContain("return sum(prices)");
  });

  await step("Change it", async () => {
    await code.goTo(1, 2);
    await code.command("Kimi: Change This…");
    await code.input.fill("Round it");
    await code.page.keyboard.press("Enter");
    await expect(code.line("round(sum(prices), 2)")).toBeVisible();
  });
});
