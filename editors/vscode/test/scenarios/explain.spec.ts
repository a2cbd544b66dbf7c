/** An explanation from the hover: it streams, is stopped, gone on with, and its code is used. */
import { expect, test } from "../drive/test.ts";
import { lastText } from "../drive/kimi.ts";

const BASKET = `// @ts-check
/** @param {{ price: number }[]} items */
export function total(items) {
  let sum = 0;
  for (const item of items) sum += item.price;
  return sums;
}
`;

const LONG = Array.from({ length: 200 }, (_, line) => `Sentence ${line} of a long answer.`).join(
  " ",
);

const ANSWER = [
  "The name is **misspelt**: the variable is `sum`. With `reduce` there is no variable to misspell:",
  "",
  "```js",
  "export function total(items) {",
  "  return items.reduce((sum, item) => sum + item.price, 0);",
  "}",
  "```",
  "",
  "An empty basket still costs `0`, because that is where it begins.",
].join("\n");

const HOSTILE = [
  '<img src="https://attacker.example/pixel.png" onerror="alert(1)">',
  "![a picture](https://attacker.example/pixel.png)",
  "[a page](https://example.org/) and [a command](command:workbench.action.quit)",
].join("\n\n");

test.use({
  start: { files: { "basket.js": BASKET }, settings: { "kimi.thinking": "on" } },
});

test("Explain an error from its hover, and go on from there", async ({ code, kimi, step }) => {
  await kimi.says({
    match: { contains: "sums" },
    reply: { content: LONG, reasoning: "The name looks wrong.", chunk: 12, delay: 0.2 },
    times: 1,
  });
  await kimi.says({ match: { contains: "shorter" }, reply: { content: ANSWER, chunk: 20 } });
  await kimi.says({ match: { contains: "a page" }, reply: { content: HOSTILE } });

  await step("Hover over the error", async () => {
    await code.open("basket.js");
    await expect(code.editor.locator(".squiggly-error").first()).toBeVisible();
    const hover = code.page.locator(".monaco-hover", { hasText: "Explain with Kimi" });
    await expect(async () => {
      await code.page.keyboard.press("Escape");
      await code.line("return sums").getByText("sums").hover();
      await expect(hover.first()).toBeVisible({ timeout: 4_000 });
    }).toPass({ timeout: 60_000 });
  });

  await step("See the explanation grow", async () => {
    await code.page.getByRole("link", { name: "Explain with Kimi" }).click();
    const view = await code.view();
    await expect(view.last).toContainText("Sentence 1 of a long");
    await expect(view.stop).toBeVisible();
    await expect(view.last.locator("details.thoughts")).toBeVisible();
    await expect(view.last.locator("details.thoughts p")).toBeHidden();
    expect(lastText(await kimi.last())).toContain("Cannot find name 'sums'");
  });

  await step("Stop it", async () => {
    const view = await code.view();
    await view.stop.click();
    await expect(view.ended("cancelled")).toBeVisible();
    await expect(view.stop).toBeHidden();
    await expect.poll(() => kimi.left()).toEqual([true]);
    await expect(view.last).not.toContainText("Sentence 199");
  });

  await step("Ask a further question", async () => {
    const view = await code.view();
    await view.ask("Is there a shorter way?");
    await expect(view.ended("done")).toBeVisible();
    await expect(view.last.locator("strong", { hasText: "misspelt" })).toBeVisible();
    await expect(view.last.locator('pre.fence [class*="hljs-"]').first()).toBeVisible();
    await expect(view.last.locator(".receipt")).toContainText(/tokens/);
    expect(JSON.stringify(await kimi.last()), "the question before goes along").toContain("sums");
  });

  await step("Apply its code", async () => {
    const view = await code.view();
    await code.goTo(3, 7);
    await view.last.getByRole("button", { name: "Apply" }).click();
    await expect(code.line("items.reduce")).toBeVisible();
    await expect(code.line("let sum = 0")).toHaveCount(0);
  });

  await step("Take it back with one undo", async () => {
    await code.line("items.reduce").click();
    await code.page.keyboard.press("Control+z");
    await expect(code.line("let sum = 0")).toBeVisible();
  });

  await step("Find nothing in an answer that acts by itself", async () => {
    const view = await code.view();
    await view.ask("Is there a page about it?");
    await expect(view.ended("done")).toContainText("a command");
    await expect(view.last.locator(".answer img")).toHaveCount(0);
    await expect(view.last.locator('a[href^="command:"]')).toHaveCount(0);
    await expect(view.last.locator('a[href="https://example.org/"]')).toHaveCount(1);
  });
});
