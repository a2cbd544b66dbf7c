/** A fix of several files is asked about first: discarded, taken in part, and taken whole. */
import { existsSync } from "node:fs";
import path from "node:path";

import { expect, test } from "../drive/test.ts";

const SHOP = `// @ts-check
import { total } from "./prices.js";

export const week = totl([1, 2]);
`;
const PRICES = "export const total = (prices) => prices.reduce((all, one) => all + one, 0);\n";

const block = (search: string, replace: string): string =>
  `<<<<<<< SEARCH\n${search}=======\n${replace}>>>>>>> REPLACE\n`;
const FIX = [
  block('import { total } from "./prices.js";\n', 'import { sum } from "./prices.js";\n'),
  block("export const week = totl([1, 2]);\n", "export const week = sum([1, 2]);\n"),
  `prices.js\n${block("export const total = ", "export const sum = ")}`,
  `notes.md\n${block("", "total is sum now.\n")}`,
  "DELETE FILE old.js\n",
].join("");
const REST = [
  block('import { total } from "./prices.js";\n', 'import { sum } from "./prices.js";\n'),
  `prices.js\n${block(PRICES, PRICES.replace("total", "sum"))}`,
  "DELETE FILE old.js\n",
].join("");

test.use({
  start: { files: { "shop.js": SHOP, "prices.js": PRICES, "old.js": "export {};\n" } },
});

test("See a fix of several files before it is made", async ({ code, kimi, step }) => {
  const whole = FIX.replace("export const total = ", PRICES).replace(
    "export const sum = ",
    PRICES.replace("total", "sum"),
  );
  await kimi.says({ reply: { content: whole }, times: 2 });
  await kimi.says({ reply: { content: REST } });
  const panel = code.page.locator(".bulk-edit-panel");
  const rows = panel.locator(".monaco-list-row");
  const box = (row: string) => rows.filter({ hasText: row }).first().locator(".monaco-checkbox");
  const turn = async (row: string, on: boolean): Promise<void> => {
    await box(row).click();
    await expect(box(row)).toBeChecked({ checked: on });
  };
  const press = (name: string): Promise<void> =>
    panel.locator(".monaco-button", { hasText: name }).click();
  const fix = async (): Promise<void> => {
    await code.goTo(4);
    await code.command("Kimi: Fix This");
    await expect(rows.first()).toBeVisible();
  };
  const there = (name: string): boolean => existsSync(path.join(code.server.folder, name));

  await step("Ask for the fix: it is shown first", async () => {
    await code.open("shop.js");
    await expect(code.editor.locator(".squiggly-error").first()).toBeVisible();
    await fix();
    await expect(box("old.js"), "what was not asked about").not.toBeChecked();
    await expect(box("shop.js"), "the file that was asked about").toBeChecked();
    // Nothing of ours may lie over what is to be read.
    await expect(code.toast("Kimi fixes")).toHaveCount(0);
  });

  await step("Discard it", async () => {
    await press("Discard");
    await expect(code.status("Nothing was changed.")).toBeVisible();
    await expect(code.line("totl([1, 2])")).toBeVisible();
    expect(code.onDisk("prices.js")).toBe(PRICES);
  });

  await step("Take a part of it: the call and the new file", async () => {
    await fix();
    await turn("import {", false);
    await turn("notes.md", true);
    await press("Apply");
    await expect(code.toast("Kimi changed")).toContainText(
      "Kimi changed shop.js, notes.md. Taken in part: shop.js. Left as it was: prices.js, old.js.",
    );
    await expect(code.line("sum([1, 2])")).toBeVisible();
    await expect(code.line("import { total }")).toBeVisible();
    await expect.poll(() => code.onDisk("notes.md")).toBe("total is sum now.\n");
    expect(code.onDisk("prices.js")).toBe(PRICES);
    expect(there("old.js")).toBe(true);
  });

  await step("Take all of another", async () => {
    await expect(code.editor.locator(".squiggly-error").first()).toBeVisible();
    await fix();
    await turn("prices.js", true);
    await turn("old.js", true);
    await press("Apply");
    await expect(code.status("Kimi changed shop.js, prices.js, old.js.")).toBeVisible();
    await expect(code.line("import { sum }")).toBeVisible();
    await expect.poll(() => code.onDisk("prices.js")).toContain("export const sum");
    expect(there("old.js")).toBe(false);
  });
});
