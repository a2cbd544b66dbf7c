/** The view in four themes under axe, and by keyboard alone. */
import { faults } from "../drive/axe.ts";
import { expect, test } from "../drive/test.ts";

const THEMES = [
  "Light 2026",
  "Dark Modern",
  "Default High Contrast",
  "Default High Contrast Light",
];
const ANSWER =
  "A [link](https://example.org/), `code`, and\n\n```py\nx = 1  # one\n```\n\n- a list\n";

for (const theme of THEMES) {
  test.describe(theme, () => {
    test.use({
      start: { files: { "a.py": "x = 1\n" }, settings: { "workbench.colorTheme": theme } },
    });

    test(`The view is accessible in ${theme}`, async ({ code, kimi, step }) => {
      const reply = { content: ANSWER, reasoning: "Let me see." };
      await kimi.says({ reply });

      await step(`See what there is to begin with in ${theme}`, async () => {
        await code.open("a.py");
        await code.command("Kimi: Ask…");
        const view = await code.view();
        await expect(view.log.getByRole("button", { name: "Explain this" })).toBeVisible();
        expect(await faults(view.frame)).toEqual([]);
      });

      await step(`Read an answer in ${theme}`, async () => {
        const view = await code.view();
        await view.log.getByRole("button", { name: "Explain this" }).click();
        await expect(view.ended("done")).toBeVisible();
        expect(await faults(view.frame)).toEqual([]);
      });
    });
  });
}
