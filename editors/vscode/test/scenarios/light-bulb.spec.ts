/** The light bulb beside TypeScript's own fixes, which come first. */
import { expect, test } from "../drive/test.ts";
import { lastText } from "../drive/kimi.ts";

const CIRCLE = `export function area(radius: number): number {
  return Math.PI * radus * radus;
}
`;

test.use({ start: { files: { "circle.ts": CIRCLE } } });

test("Fix an error from the light bulb", async ({ code, kimi, step }) => {
  await kimi.says({
    match: { contains: "radus" },
    reply: {
      content: [
        "<<<<<<< SEARCH",
        "  return Math.PI * radus * radus;",
        "=======",
        "  return Math.PI * radius ** 2;",
        ">>>>>>> REPLACE",
      ].join("\n"),
    },
  });

  await step("See what TypeScript reports", async () => {
    await code.open("circle.ts");
    await expect(code.editor.locator(".squiggly-error").first()).toBeVisible();
  });

  await step("Open the menu: the editor’s own fixes come first", async () => {
    await code.goTo(2);
    await code.page.keyboard.press("F8");
    const titles = await code.bulb("Kimi");
    const own = titles.findIndex((title) => title.includes("Change spelling"));
    const kimis = titles.flatMap((title, row) => (title.includes("Kimi") ? [row] : []));
    expect(own, titles.join(" | ")).toBeGreaterThanOrEqual(0);
    expect(kimis.length, titles.join(" | ")).toBeGreaterThan(0);
    expect(own, titles.join(" | ")).toBeLessThan(Math.min(...kimis));
    expect(await kimi.chats(), "a menu asks no model").toHaveLength(0);
  });

  await step("Choose Fix with Kimi", async () => {
    await code.choose("Fix with Kimi");
    await expect.poll(async () => (await kimi.chats()).length).toBe(1);
    await expect(code.line("Math.PI * radius ** 2")).toBeVisible();
    expect(lastText(await kimi.last())).toContain("Cannot find name 'radus'");
  });

  await step("Undo it in one step", async () => {
    await code.editor.locator(".view-line").first().click();
    await code.page.keyboard.press("Control+z");
    await expect(code.line("radus * radus")).toBeVisible();
  });
});
