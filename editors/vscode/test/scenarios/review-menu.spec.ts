/** A change that waits is taken from the light bulb's menu: then nothing of it waits any longer. */
import { expect, test } from "../drive/test.ts";

const PRICES = "def net(price):\n    return price\n";
const REPLY = "```python\ndef net(price: float) -> float:\n    return price\n```";

test.use({
  start: { files: { "prices.py": PRICES }, settings: { "kimi.edit.apply": "hold" } },
});

test("Take a change that waits from the light bulb", async ({ code, kimi, step }) => {
  await kimi.says({ reply: { content: REPLY } });
  const proposal = code.tab("Kimi proposes: prices.py");

  await step("Have a change wait", async () => {
    await code.open("prices.py");
    await code.goTo(1, 2);
    await code.command("Kimi: Change This…");
    await code.input.fill("Add types");
    await code.page.keyboard.press("Enter");
    await expect(proposal).toBeVisible();
  });

  await step("Go back to the file, and open its light bulb", async () => {
    await code.page.locator(".tab", { hasText: /^prices\.py$/ }).click();
    await code.line("def net").click();
    expect(await code.bulb("Apply Kimi's change")).toContain("Show Kimi's change");
  });

  await step("Take it: the comparison goes", async () => {
    await code.choose("Apply Kimi's change");
    await expect(code.line("price: float")).toBeVisible();
    await expect(proposal).toHaveCount(0);
  });
});
