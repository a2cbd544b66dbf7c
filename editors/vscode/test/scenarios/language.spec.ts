/** The editor in French and in Chinese: commands, the view, and what it says of itself. */
import { expect, test } from "../drive/test.ts";

const LANGUAGES = [
  {
    language: "fr",
    explain: "Expliquer ceci",
    start: "Premiers pas avec Kimi",
    enter: /Entrée envoie/,
  },
  { language: "zh-cn", explain: "解释这段代码", start: "Kimi 入门", enter: /发送/ },
] as const;

for (const { language, explain, start, enter } of LANGUAGES) {
  test.describe(language, () => {
    test.use({ start: { files: { "prix.py": "x = 1\n" }, language } });

    test(`Work in ${language}`, async ({ code, kimi, step }) => {
      await kimi.says({ reply: { content: "Le code compte." } });

      await step(`Explain, from the palette, in ${language}`, async () => {
        await code.open("prix.py");
        await code.command(`Kimi: ${explain}`);
        const view = await code.view();
        await expect(view.ended("done")).toContainText("Le code compte.");
        await expect(view.frame.locator("html")).toHaveAttribute("lang", language);
        await expect(view.question).toHaveAttribute("placeholder", enter);
        expect(JSON.stringify(await kimi.last())).toContain(language);
      });

      await step(`Read the walkthrough in ${language}`, async () => {
        await code.command("kimi-lsp.walkthrough");
        await expect(code.page.locator(".gettingStartedContainer")).toContainText(start);
      });
    });
  });
}
