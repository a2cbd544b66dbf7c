/** A change asked for in the context menu, shown first, and taken in part. */
import { expect, test } from "../drive/test.ts";
import { lastText } from "../drive/kimi.ts";

const PRICES = `def net(price):
    return price


def tax(price):
    return price * 0.2


def gross(price):
    return net(price) + tax(price)
`;

const REPLY = `\`\`\`python
def net(price: float) -> float:
    return price


def tax(price):
    return round(price * 0.2, 2)


def gross(price):
    return sum((net(price), tax(price)))
\`\`\``;

test.use({
  start: { files: { "prices.py": PRICES }, settings: { "kimi.edit.apply": "hold" } },
});

test("Change a file from the context menu, hunk by hunk", async ({ code, kimi, step }) => {
  await kimi.says({ match: { contains: "Round the tax" }, reply: { content: REPLY } });
  const right = code.page.locator(".monaco-diff-editor .editor.modified");
  const button = (name: string) => code.page.locator(`.editor-actions a[aria-label^="${name}"]`);

  await step("Say what to change", async () => {
    await code.open("prices.py");
    await code.page.keyboard.press("Control+a");
    await code.contextMenu("def net", "Change This");
    await expect(code.input).toBeVisible();
    await code.input.fill("Round the tax and add types");
  });

  await step("See the change before it is made", async () => {
    await code.page.keyboard.press("Enter");
    await expect(right.locator(".view-line", { hasText: "round(price * 0.2, 2)" })).toBeVisible();
    expect(lastText(await kimi.last())).toContain("Round the tax and add types");
    expect(code.onDisk("prices.py")).toBe(PRICES);
  });

  await step("Accept one hunk", async () => {
    await right.locator(".view-line", { hasText: "round(price" }).click();
    await button("Accept This Change").click();
    const left = code.page.locator(".monaco-diff-editor .editor.original");
    await expect(left.locator(".view-line", { hasText: "round(price * 0.2, 2)" })).toBeVisible();
  });

  await step("Reject another", async () => {
    await right.locator(".view-line", { hasText: "sum((net" }).click();
    await button("Reject This Change").click();
    await expect(right.locator(".view-line", { hasText: "sum((net" })).toHaveCount(0);
  });

  await step("Accept what is left, and save", async () => {
    await button("Accept All Changes").click();
    await expect(code.page.locator(".monaco-diff-editor")).toHaveCount(0);
    const wanted = PRICES.replace("def net(price):", "def net(price: float) -> float:").replace(
      "price * 0.2",
      "round(price * 0.2, 2)",
    );
    await expect(code.line("price: float")).toBeVisible();
    await code.page.keyboard.press("Control+s");
    await expect.poll(() => code.onDisk("prices.py")).toBe(wanted);
  });
});
