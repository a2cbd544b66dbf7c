/** The first minute: no key, nothing set, the offline Kimi and the sample. */
import { expect, test } from "../drive/test.ts";

test.use({
  start: {
    files: { "readme.txt": "A folder of mine.\n" },
    environment: { KIMI_BASE_URL: undefined, KIMI_API_KEY: undefined },
  },
});

test("The first minute, without a key", async ({ code, step }) => {
  const walkthrough = code.page.locator(".gettingStartedContainer");

  await step("Read the walkthrough", async () => {
    await code.command("Kimi: Get Started");
    await expect(walkthrough.getByText("Give Kimi a key").first()).toBeVisible();
    await expect(walkthrough.getByText("Fix a first error").first()).toBeVisible();
    await expect(walkthrough.getByText("Show it a screenshot").first()).toBeVisible();
  });

  await step("Try without a key", async () => {
    await walkthrough.getByText("Try without a key").click();
    await expect(code.status(/offline/i)).toBeVisible();
  });

  await step("Open the sample", async () => {
    await code.command("Kimi: Open the Sample");
    await expect(code.line("item.prise")).toBeVisible();
    await expect(code.editor.locator(".squiggly-error").first()).toBeVisible();
  });

  await step("Open the light bulb on the error", async () => {
    await code.line("item.prise").click();
    expect(await code.bulb("Kimi")).toContain("Fix with Kimi");
  });

  await step("Fix it", async () => {
    await code.choose("Fix with Kimi");
    await expect(code.line("item.price * item.count")).toBeVisible();
    await expect(code.editor.locator(".squiggly-error")).toHaveCount(0);
  });

  await step("Take it back with one undo", async () => {
    await code.editor.click();
    await code.page.keyboard.press("Control+z");
    await expect(code.line("item.prise")).toBeVisible();
  });

  await step("Give a key after all, and be done with the offline Kimi", async () => {
    await code.command("Kimi: Set the API Key");
    await code.input.fill("sk-a-key-of-mine");
    await code.page.keyboard.press("Enter");
    await expect(code.status(/offline/i)).toHaveCount(0);
    await expect.poll(() => code.server.processes("simulator")).toEqual([]);
  });
});
