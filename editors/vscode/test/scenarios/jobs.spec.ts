/** A job that lasts is seen, counted, and stopped from where it is seen. */
import { expect, test } from "../drive/test.ts";

test.use({ start: { files: { "greet.py": 'def greet(name):\n    return "hello " + name\n' } } });

test("See a job that lasts, and cancel it", async ({ code, kimi, step }) => {
  const content = Array.from({ length: 200 }, () => "slowly ").join("");
  await kimi.says({ reply: { content, chunk: 7, delay: 1 } });
  let asked = 0;
  const change = async (instruction: string): Promise<void> => {
    await code.goTo(1, 2);
    await code.command("Kimi: Change This…");
    await code.input.fill(instruction);
    await code.page.keyboard.press("Enter");
    await expect(code.toast("Kimi changes")).toBeVisible();
    asked += 1;
    await expect.poll(async () => (await kimi.chats()).length).toBe(asked);
  };

  await step("See it in a notification and in the status bar", async () => {
    await code.open("greet.py");
    await change("Use an f-string");
    await expect(code.status(/Kimi\s+1/)).toBeVisible();
  });

  await step("Cancel it there", async () => {
    await code.answer("Kimi changes", "Cancel");
    await expect(code.toast("Kimi changes")).toHaveCount(0);
    await expect.poll(() => kimi.left()).toEqual([true]);
    await expect(code.status(/Kimi\s+1/)).toHaveCount(0);
  });

  await step("Stop another from the menu of the status bar", async () => {
    await change("Add a docstring");
    await code.status(/Kimi\s+1/).click();
    await code.pick("Stop: Kimi changes code");
    await expect.poll(() => kimi.left()).toEqual([true, true]);
    await expect(code.line('return "hello " + name')).toBeVisible();
  });
});
