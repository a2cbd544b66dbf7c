/** A screenshot becomes a component, which is drawn, compared and mended before it is looked at. */
import { existsSync } from "node:fs";
import path from "node:path";

import { faults } from "../drive/axe.ts";
import { lastText, pictures } from "../drive/kimi.ts";
import { expect, test } from "../drive/test.ts";

const STYLE = `body { margin: 0; font-family: sans-serif; background: #f8fafc; color: #1f2937 }
header { background: #4338ca; color: #fff; padding: 16px 24px; display: flex; gap: 24px }
main { display: grid; grid-template-columns: 1fr 1fr; gap: 16px; padding: 24px }
section { background: #fff; border: 1px solid #ddd; border-radius: 8px; padding: 16px }
button { background: #4338ca; color: #fff; border: 0; border-radius: 6px; padding: 8px 16px }`;

const card = (name: string, price: string): string =>
  `<section>\n<h2>${name}</h2>\n<p>${price} a month, for teams</p>\n<button>Choose</button>\n</section>`;

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Prices</title>
<style>
${STYLE}
</style>
</head>
<body>
<header><b>Acme</b><span>Home</span><span>Prices</span></header>
<main>
${card("Starter", "9 €")}
${card("Team", "29 €")}
</main>
</body>
</html>
`;

/** A first answer that is off, and one that is nearer. */
const FAR = PAGE.replace("display: grid", "display: block").replaceAll("#4338ca", "#4d7c0f");
const NEAR = PAGE.replace("padding: 16px 24px", "padding: 18px 24px");

const answer = (page: string): string => `prices.html\n\`\`\`html\n${page}\`\`\`\n`;

const HOME = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Home</title>
</head>
<body>
</body>
</html>
`;

test.use({ start: { files: { "index.html": HOME } } });

test("Paste a screenshot and get a component", async ({ code, kimi, step }) => {
  for (const page of [FAR, NEAR]) {
    await kimi.says({ reply: { content: answer(page), chunk: 120, delay: 0.05 }, times: 1 });
  }
  const progress = code.toast("Kimi makes a component");

  await step("Paste a screenshot into a file", async () => {
    await code.open("index.html");
    await code.copy(await code.picture(PAGE, 640, 400));
    await code.goTo(8);
    await code.page.keyboard.press("Control+v");
    const view = await code.view();
    await expect(view.pictures).toHaveCount(1);
    await expect(view.frame.locator("#send")).toHaveText("Make the component");
  });

  await step("See what it takes, and that it becomes a file of its own", async () => {
    const view = await code.view();
    await expect(view.frame.locator("#pictures .about")).toContainText("640 × 400");
    await expect(view.frame.locator("#estimate")).toContainText(/about [\d,]+ tokens/);
    await view.frame
      .locator("#place select")
      .selectOption("Component: a new file beside index.html");
    await expect(view.frame.locator("#estimate")).toContainText(/tokens/);
    expect(await kimi.chats(), "nothing is sent yet").toHaveLength(0);
    expect(await faults(view.frame)).toEqual([]);
  });

  await step("Send it, and see the rounds", async () => {
    const view = await code.view();
    await view.frame.locator("#send").click();
    await expect(progress).toContainText(/round 1/, { timeout: 60_000 });
    await expect(progress).toContainText(/round \d, 0\.\d+ alike/, { timeout: 60_000 });
  });

  await step("See the screenshot beside what was made", async () => {
    const view = await code.view();
    const made = view.ended("done");
    await expect(made).toBeVisible({ timeout: 90_000 });
    const seen = made.locator(".sights img");
    await expect(seen).toHaveCount(2);
    await expect(seen.first()).toHaveAttribute("alt", "The picture");
    await expect(seen.last()).toHaveAttribute("alt", "What was made");
    const widths = await seen.evaluateAll((images) =>
      images.map((image) => (image as HTMLImageElement).naturalWidth),
    );
    expect(widths).toEqual([640, 640]);
    await expect(made.locator(".receipt")).toContainText(/\d+ % alike after \d rounds/);
    await expect(progress).toHaveCount(0);
    expect(await faults(view.frame)).toEqual([]);
  });

  await step("Find the new file open, with the best of the answers", async () => {
    await expect(code.tab("prices.html")).toBeVisible();
    await expect(code.line("<title>Prices</title>")).toBeVisible();
    await expect(code.line("padding: 18px 24px")).toBeVisible();
    const second = await kimi.last();
    expect(pictures(second).length, "the best so far goes along").toBeGreaterThan(1);
    expect(lastText(second)).toContain("The best so far");
  });

  await step("See one of them large, by the keyboard", async () => {
    const view = await code.view();
    await view.last.getByRole("button", { name: "What was made" }).press("Enter");
    await expect.poll(() => code.previews()).toBe(1);
  });

  await step("Compare them large", async () => {
    const view = await code.view();
    await view.last.getByRole("button", { name: "Compare side by side" }).click();
    await expect.poll(() => code.previews()).toBe(2);
  });
});

const NARROW = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Offer</title>
<style>
body { margin: 24px; font-family: sans-serif }
h1 { width: 120px; white-space: nowrap; overflow: hidden }
</style>
</head>
<body>
<h1>Free shipping from 40 €</h1>
</body>
</html>
`;

const WIDER = NARROW.replace("width: 120px; white-space: nowrap; overflow: hidden", "margin: 0");

test.describe("a page that looks wrong", () => {
  test.use({ start: { files: { "offer.html": NARROW } } });

  test("Paste a screenshot of a page that looks wrong", async ({ code, kimi, step }) => {
    const [wrong, right] = [NARROW, WIDER].map((page) => page.split("\n")[7] ?? "");
    const content = `<<<<<<< SEARCH\n${wrong}\n=======\n${right}\n>>>>>>> REPLACE\n`;
    await kimi.says({ reply: { content } });

    await step("Choose to have its looks fixed", async () => {
      await code.open("offer.html");
      await code.copy(await code.picture(NARROW, 480, 200));
      await code.goTo(8);
      await code.page.keyboard.press("Control+v");
      const view = await code.view();
      await view.frame.locator("#place select").selectOption("Fix how offer.html looks");
      await expect(view.frame.locator("#send")).toHaveText("Fix how it looks");
      await expect(view.pictures).toHaveCount(1);
      await expect(view.frame.locator("#estimate")).toContainText(/tokens/);
      expect(await kimi.chats(), "nothing is sent yet").toHaveLength(0);
    });

    await step("Add a picture of how it should look", async () => {
      await code.copy(await code.picture(WIDER, 480, 200));
      const view = await code.view();
      await view.question.click();
      await code.page.keyboard.press("Control+v");
      await expect(view.pictures).toHaveCount(2);
      await expect(view.frame.locator("#pictures .about").first()).toContainText("how it looks");
      await expect(view.frame.locator("#pictures .about").last()).toContainText("should look");
      await expect(view.frame.locator("#estimate")).toContainText(/tokens/);
    });

    await step("See the page before and after", async () => {
      const view = await code.view();
      await view.ask("The heading is cut off");
      const made = view.ended("done");
      await expect(made).toBeVisible({ timeout: 90_000 });
      const seen = made.locator(".sights img");
      await expect(seen).toHaveCount(3);
      const names = seen.evaluateAll((images) => images.map((image) => image.getAttribute("alt")));
      expect(await names).toEqual(["Before", "After", "As it should look"]);
      await expect(made.locator(".receipt")).toContainText("100 % alike · drawn and looked at");
      await expect(code.line("h1 { margin: 0 }")).toBeVisible();
      expect(lastText(await kimi.last())).toContain("The heading is cut off");
      expect(pictures(await kimi.last())).toHaveLength(2);
    });
  });
});

test.describe("a project whose pages cannot be drawn yet", () => {
  const manifest = { devDependencies: { svelte: "^5.0.0", vite: "^7.0.0" } };
  test.use({
    start: {
      files: { "package.json": JSON.stringify(manifest), "src/App.svelte": "<h1>Prices</h1>\n" },
      settings: { "kimi.edit.apply": "hold" },
    },
  });

  test("Look at a component before it is made", async ({ code, kimi, step }) => {
    const content = "src/Prices.svelte\n```svelte\n<h2>Starter</h2>\n<p>9 € a month</p>\n```\n";
    await kimi.says({ reply: { content } });
    const right = code.page.locator(".monaco-diff-editor .editor.modified");

    await step("Send a screenshot", async () => {
      await code.open("src/App.svelte");
      await code.copy(await code.picture(PAGE, 640, 400));
      await code.goTo(1);
      await code.page.keyboard.press("Control+v");
      const view = await code.view();
      await expect(view.frame.locator("#place select option:checked")).toHaveText(
        "Component: a new file beside App.svelte",
      );
      await view.frame.locator("#send").click();
    });

    await step("See the file that is proposed, and why it was not drawn", async () => {
      await expect(right.locator(".view-line", { hasText: "<h2>Starter" })).toBeVisible();
      const view = await code.view();
      await expect(view.ended("done").locator(".note")).toContainText("Vite is not installed");
      expect(existsSync(path.join(code.server.folder, "src/components/Prices.svelte"))).toBe(false);
    });

    await step("Accept it, and find it open", async () => {
      await code.page.locator('.editor-actions a[aria-label^="Accept All Changes"]').click();
      await expect(code.page.locator(".monaco-diff-editor")).toHaveCount(0);
      // The comparison has a tab of that name too, until it is closed.
      await expect(code.tab("Prices.svelte")).toHaveCount(1);
      await expect(code.line("<h2>Starter</h2>")).toBeVisible();
    });
  });
});
