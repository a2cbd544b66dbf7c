/** The editor in French: titles, view, messages and the server's own words. */
import { expect, test } from "../drive/test.ts";

test.use({
  start: { files: { "prix.py": "x = 1\n" }, language: "fr" },
});

test("Work in French", async ({ code, kimi, step }) => {
  await kimi.says({ reply: { content: "Le code compte." } });

  await step("Find the commands in French", async () => {
    await code.open("prix.py");
    await code.command("Kimi: Expliquer");
    const view = await code.view();
    await expect(view.last).toContainText("Le code compte.");
    await expect(view.frame.locator("html")).toHaveAttribute("lang", "fr");
    await expect(view.question).toHaveAttribute("placeholder", /Entrée/);
  });

  await step("Find the light bulb in French", async () => {
    await code.goTo(1);
    const rows = await code.bulb("Kimi");
    await expect(rows.filter({ hasText: /Expliquer avec Kimi/ })).toHaveCount(1);
  });
});
