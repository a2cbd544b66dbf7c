/** The editor in French and in Chinese: commands, the view, and what it says of itself. */
import { lastText } from "../drive/kimi.ts";
import { expect, test } from "../drive/test.ts";

const LANGUAGES = [
  {
    language: "fr",
    explain: "Expliquer ceci",
    begin: "Premiers pas",
    start: "Premiers pas avec Kimi",
    enter: /Entrée envoie/,
    answer: /Answer in French/,
  },
  {
    language: "zh-cn",
    explain: "解释这段代码",
    begin: "入门",
    start: "Kimi 入门",
    enter: /发送/,
    answer: /Answer in [\w ]*Chinese/,
  },
] as const;

for (const { language, explain, begin, start, enter, answer } of LANGUAGES) {
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
        expect(lastText(await kimi.last())).toMatch(answer);
      });

      await step(`Read the walkthrough in ${language}`, async () => {
        await code.command(`Kimi: ${begin}`);
        await expect(code.page.locator(".gettingStartedContainer")).toContainText(start);
      });
    });
  });
}
