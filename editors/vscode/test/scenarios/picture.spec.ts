/** A screenshot on the clipboard, pasted into code. */
import { drop } from "../drive/drop.ts";
import { expect, test } from "../drive/test.ts";
import { pictures } from "../drive/kimi.ts";

test.use({ start: { files: { "Card.tsx": "// a card\n\n// the end\n" } } });

test("Paste a screenshot into code", async ({ code, kimi, step }) => {
  await kimi.says({ match: { image: true }, reply: { content: "It shows a **menu bar**." } });
  const clip = { x: 0, y: 0, width: 480, height: 270 };
  const offers = code.page.locator(".post-edit-widget");
  let png: Buffer;

  await step("Paste text with a picture beside it: the text arrives", async () => {
    await code.open("Card.tsx");
    png = await code.page.screenshot({ clip });
    await code.copy(png, "pasted words");
    await code.goTo(2);
    await code.page.keyboard.press("Control+v");
    await expect(code.line("pasted words")).toBeVisible();
    await expect(offers).toBeVisible();
    await code.page.keyboard.press("Escape");
    await code.page.keyboard.press("Control+z");
    await expect(code.line("pasted words")).toHaveCount(0);
  });

  await step("Paste a screenshot: it waits in the Kimi view", async () => {
    await code.copy(png);
    await code.goTo(2);
    await code.page.keyboard.press("Control+v");
    const view = await code.view();
    await expect(view.pictures).toHaveCount(1);
    const size = await view.pictures.evaluate((image: HTMLImageElement) => [
      image.naturalWidth,
      image.naturalHeight,
    ]);
    expect(size).toEqual([clip.width, clip.height]);
    expect(await kimi.chats(), "nothing is sent by itself").toHaveLength(0);
  });

  await step("Ask about another, pasted into the question", async () => {
    const view = await code.view();
    await code.command("Kimi: New Conversation");
    await code.command("Kimi: Ask…");
    await code.copy(png);
    await view.question.click();
    await code.page.keyboard.press("Control+v");
    await expect(view.pictures).not.toHaveCount(0);
    await expect(view.frame.locator("#estimate")).toContainText(/tokens/);
    await view.ask("What does it show?");
    await expect(view.ended("done").locator("strong", { hasText: "menu bar" })).toBeVisible();
    expect(pictures(await kimi.last())).toHaveLength(1);
    await expect(view.pictures).toHaveCount(0);
  });
});

test("Drop a screenshot into code", async ({ code, kimi, step }) => {
  const clip = { x: 0, y: 0, width: 480, height: 270 };

  await step("Drop it on a line: it waits in the Kimi view, and the text stays", async () => {
    await code.open("Card.tsx");
    await drop(code.line("// a card"), "card.png", await code.page.screenshot({ clip }));
    const view = await code.view();
    await expect(view.pictures).toHaveCount(1);
    await expect(view.frame.locator("#composer #pictures")).toContainText("card.png");
    await expect(code.line("// a card")).toHaveText("// a card");
    await expect(code.page.locator(".tab.dirty")).toHaveCount(0);
    expect(await kimi.chats(), "nothing is sent by itself").toHaveLength(0);
  });

  await step("Drop another into the view", async () => {
    const view = await code.view();
    await drop(view.question, "button.png", await code.page.screenshot({ clip }));
    await expect(view.pictures).toHaveCount(2);
    await expect(view.frame.locator("#composer #pictures")).toContainText("button.png");
  });

  await step("Undo leaves the text as it is, and asks nothing", async () => {
    await code.line("// the end").click();
    await code.page.keyboard.press("End");
    await code.page.keyboard.type(" of it");
    await expect(code.line("// the end of it")).toBeVisible();
    for (let presses = 0; presses < 3; presses += 1) await code.page.keyboard.press("Control+z");
    await expect(code.line("// the end of it")).toHaveCount(0);
    await expect(code.line("// a card")).toHaveText("// a card");
    await expect(code.page.locator(".monaco-dialog-box")).toHaveCount(0);
  });
});
