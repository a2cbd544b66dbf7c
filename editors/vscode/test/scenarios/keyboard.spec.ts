/** The Kimi view by keyboard alone: ask, stop, use the code of an answer, and go back. */
import { expect, test } from "../drive/test.ts";

const ANSWER = "With `sum`:\n\n```py\ntotal = sum(prices)\n```\n";

test.use({ start: { files: { "shop.py": "prices = [1, 2]\n" } } });

test("Use the view without a mouse", async ({ code, kimi, step }) => {
  const long = Array.from({ length: 200 }, (_, line) => `Sentence ${line}. `).join("");
  await kimi.says({
    match: { contains: "Tell me" },
    reply: { content: long, chunk: 12, delay: 0.2 },
  });
  await kimi.says({ match: { contains: "shorter" }, reply: { content: ANSWER } });
  const { keyboard } = code.page;
  /** Goes on with Tab, or back, until something of this name has the focus. */
  const reach = async (name: string, key = "Tab"): Promise<void> => {
    const { frame } = await code.view();
    const focused = frame.locator(":focus");
    for (let presses = 0; presses < 20; presses += 1) {
      if ((await focused.count()) && (await focused.evaluate(named)) === name) return;
      await keyboard.press(key);
    }
    throw new Error(`${name} cannot be reached by ${key}`);
  };

  await step("Go to the question from the code, and ask", async () => {
    await code.open("shop.py");
    await keyboard.press("Control+Alt+k");
    await keyboard.press("a");
    const view = await code.view();
    await expect(view.question).toBeFocused();
    await keyboard.type("Tell me all about it");
    await keyboard.press("Enter");
    await expect(view.last).toContainText("Sentence 1.");
  });

  await step("Stop it", async () => {
    await reach("Stop");
    await keyboard.press("Enter");
    const view = await code.view();
    await expect(view.ended("cancelled")).toBeVisible();
    await expect(view.question, "the focus is not lost with the button").toBeFocused();
  });

  await step("Ask again, and insert the code of the answer", async () => {
    const view = await code.view();
    await keyboard.type("Is there a shorter way?");
    await keyboard.press("Enter");
    await expect(view.ended("done")).toContainText("With sum");
    await reach("Insert at cursor", "Shift+Tab");
    await keyboard.press("Enter");
    await expect(code.line("total = sum(prices)")).toBeVisible();
  });

  await step("Go back in the history", async () => {
    await code.command("Kimi: New Conversation");
    await keyboard.press("Control+Alt+k");
    await keyboard.press("a");
    const view = await code.view();
    await expect(view.question).toBeFocused();
    await expect(view.log).not.toContainText("shorter way");
    await reach("Conversations of this session", "Shift+Tab");
    await keyboard.press("ArrowDown");
    await expect(view.log).toContainText("shorter way");
  });
});

/** The name that a screen reader tells of an element. */
function named(element: Element): string {
  const labels = element instanceof HTMLSelectElement ? element.labels : undefined;
  return (labels?.[0]?.textContent ?? element.getAttribute("aria-label") ?? element.textContent).trim();
}
