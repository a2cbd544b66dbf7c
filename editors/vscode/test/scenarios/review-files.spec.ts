/** What is held of whole files: a new one, a renamed one and a deleted one, each accepted or not. */
import { existsSync } from "node:fs";
import path from "node:path";

import { expect, test } from "../drive/test.ts";

const SHOP = "// @ts-check\nexport const week = totl([1, 2]);\n";
const FIX = [
  "<<<<<<< SEARCH\nexport const week = totl([1, 2]);\n=======\nexport const week = 3;\n>>>>>>> REPLACE\n",
  "notes.md\n<<<<<<< SEARCH\n=======\nThe week is counted by hand.\n>>>>>>> REPLACE\n",
  "RENAME FILE prices.js -> costs.js\n",
  "DELETE FILE old.js\n",
].join("");

test.use({
  start: {
    files: { "shop.js": SHOP, "prices.js": "export {};\n", "old.js": "export const old = 1;\n" },
    settings: { "kimi.edit.apply": "hold" },
  },
});

test("Decide on each file of a fix", async ({ code, kimi, step }) => {
  await kimi.says({ reply: { content: FIX } });
  const there = (name: string): boolean => existsSync(path.join(code.server.folder, name));
  const button = (name: string) => code.page.locator(`.editor-actions a[aria-label^="${name}"]`);
  const proposal = (name: string) => code.tab(`Kimi proposes: ${name}`);

  const right = code.page.locator(".monaco-diff-editor .editor.modified .view-line");
  const left = code.page.locator(".monaco-diff-editor .editor.original .view-line");

  await step("Ask for a fix that is held: the file asked about is before them", async () => {
    await code.open("shop.js");
    await expect(code.editor.locator(".squiggly-error").first()).toBeVisible();
    await code.goTo(2);
    await code.command("Kimi: Fix This");
    await expect(proposal("shop.js")).toHaveClass(/\bactive\b/);
    await expect(right.filter({ hasText: "const week = 3" })).toBeVisible();
    await expect(proposal("notes.md")).toBeVisible();
    await expect(proposal("old.js")).toBeVisible();
    expect([there("notes.md"), there("costs.js"), there("old.js")]).toEqual([false, false, true]);
  });

  await step("Read the new file", async () => {
    await proposal("notes.md").click();
    await expect(right.filter({ hasText: "counted by hand" })).toBeVisible();
  });

  await step("Accept it: it opens", async () => {
    await button("Accept All Changes").click();
    await expect(proposal("notes.md")).toHaveCount(0);
    await expect(code.tab("notes.md")).toHaveClass(/\bactive\b/);
    await expect(code.line("counted by hand")).toBeVisible();
    await expect.poll(() => code.onDisk("notes.md")).toBe("The week is counted by hand.\n");
  });

  await step("Accept the new name", async () => {
    await proposal("prices.js → costs.js").click();
    await expect(right.filter({ hasText: "export {}" })).toBeVisible();
    await button("Accept All Changes").click();
    await expect(proposal("prices.js")).toHaveCount(0);
    await expect(code.tab("costs.js")).toHaveClass(/\bactive\b/);
    expect([there("prices.js"), there("costs.js")]).toEqual([false, true]);
  });

  await step("Read what is to be deleted", async () => {
    await proposal("old.js").click();
    await expect(left.filter({ hasText: "const old = 1" })).toBeVisible();
  });

  await step("Keep it", async () => {
    await button("Reject All Changes").click();
    await expect(proposal("old.js")).toHaveCount(0);
    expect(there("old.js")).toBe(true);
  });

  await step("Be offered what was not decided, until it is", async () => {
    await proposal("shop.js").click();
    await button("Accept This Change").click();
    await expect(proposal("shop.js")).toHaveCount(0);
    await expect(code.line("const week = 3")).toBeVisible();
  });
});
