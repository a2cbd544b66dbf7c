/** The view in four themes under axe, and by keyboard alone. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { expect, test } from "../drive/test.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const THEMES = [
  "Light 2026",
  "Dark Modern",
  "Default High Contrast",
  "Default High Contrast Light",
];
const ANSWER =
  "A [link](https://example.org/), `code`, and\n\n```py\nx = 1  # one\n```\n\n- a list\n";

interface Found {
  violations: { id: string; nodes: { html: string }[] }[];
  incomplete: { id: string }[];
}

declare const axe: { run: (root: Document) => Promise<Found> };

for (const theme of THEMES) {
  test.describe(theme, () => {
    test.use({
      start: { files: { "a.py": "x = 1\n" }, settings: { "workbench.colorTheme": theme } },
    });

    test(`The view is accessible in ${theme}`, async ({ code, kimi, step }) => {
      const reply = { content: ANSWER, reasoning: "Let me see." };
      await kimi.says({ reply });

      await step(`Read an answer in ${theme}`, async () => {
        await code.open("a.py");
        await code.command("Kimi: Explain This");
        const view = await code.view();
        await expect(view.ended("done")).toBeVisible();
        await view.frame.evaluate(AXE);
        const found = await view.frame.evaluate(() => axe.run(document));
        const faults = found.violations.map(({ id, nodes }) => [id, ...nodes.map((n) => n.html)]);
        expect(faults).toEqual([]);
      });
    });
  });
}
