/** Code that is typed over while Kimi answers is not changed. */
import { expect, test } from "../drive/test.ts";

const CODE = 'def greet(name):\n    return "hello " + name\n';

test.use({ start: { files: { "greet.py": CODE } } });

test("A change that no longer fits is refused", async ({ code, kimi, step }) => {
  const content = '```python\ndef greet(name: str) -> str:\n    return f"hello {name}"\n```';
  await kimi.says({ reply: { content, chunk: 8, delay: 1.2 }, times: 1 });
  await kimi.says({ reply: { content: content.replace("hello", "good day") } });
  const refused = /changed/i;

  await step("Ask for a change", async () => {
    await code.open("greet.py");
    await code.goTo(1, 2);
    await code.command("Kimi: Change This…");
    await code.input.fill("Use an f-string");
    await code.page.keyboard.press("Enter");
    await expect(code.toast("Kimi changes")).toBeVisible();
    await expect.poll(async () => (await kimi.chats()).length).toBe(1);
  });

  await step("Type over the code meanwhile", async () => {
    await code.line('return "hello').click();
    await code.page.keyboard.press("End");
    await code.page.keyboard.type(' + "!"');
    await expect(code.line('name + "!"')).toBeVisible();
  });

  await step("Read why it was refused", async () => {
    await expect(code.toast(refused).locator(".monaco-button").first()).toBeVisible();
    await expect(code.line('name + "!"')).toBeVisible();
    await expect(code.line('f"hello')).toHaveCount(0);
  });

  await step("Look at the reply", async () => {
    await code.answer(refused, "Show reply");
    await expect(code.page.locator(".view-line", { hasText: 'f"hello {name}"' })).toBeVisible();
  });
});
