/** A person before the workbench: what they do and what they see. Every wait is for a condition. */
import { readFileSync } from "node:fs";
import path from "node:path";

import { expect, type BrowserContext, type Frame, type Locator, type Page } from "@playwright/test";

import type { Server } from "./server.ts";
import { View } from "./view.ts";

export class Workbench {
  readonly page: Page;
  readonly server: Server;
  private readonly context: BrowserContext;

  constructor(page: Page, server: Server, context: BrowserContext) {
    this.page = page;
    this.server = server;
    this.context = context;
  }

  async arrive(): Promise<void> {
    await this.page.goto(this.server.url, { timeout: 60_000 });
    // The extension is the last to arrive.
    await this.status("Kimi").waitFor({ timeout: 90_000 });
  }

  // Quick input: the palette, quick picks and input boxes.

  get input(): Locator {
    return this.page.locator(".quick-input-widget input").first();
  }

  get rows(): Locator {
    return this.page.locator(".quick-input-list .monaco-list-row");
  }

  /** Runs a command from the palette. */
  async command(title: string): Promise<void> {
    await this.find("F1", `>${title}`, title);
  }

  async pick(text: string | RegExp): Promise<void> {
    await this.rows.filter({ hasText: text }).first().click();
  }

  async open(name: string): Promise<void> {
    await this.find("Control+p", name, path.basename(name));
    await expect(this.tab(name)).toBeVisible();
    // The quick input gives the focus back a moment after it closed.
    await this.editor.locator(".view-line").first().click();
  }

  // The editor.

  get editor(): Locator {
    return this.page.locator(".editor-instance .monaco-editor").first();
  }

  tab(name: string): Locator {
    return this.page.locator(".tab", { hasText: path.basename(name) });
  }

  line(text: string): Locator {
    return this.editor.locator(".view-line", { hasText: text }).first();
  }

  /** Puts the cursor on a line by its number, from 1, selecting to the end of another. */
  async goTo(from: number, to?: number): Promise<void> {
    await this.palette("Control+g", `:${from}`);
    await this.page.keyboard.press("Enter");
    await expect(this.input).toBeHidden();
    await expect(this.status(new RegExp(`Ln ${from}, Col 1`))).toBeVisible();
    if (to === undefined) return;
    for (let line = from; line < to; line += 1) await this.page.keyboard.press("Shift+ArrowDown");
    await this.page.keyboard.press("Shift+End");
    await expect(this.status(/selected/)).toBeVisible();
  }

  /** The text of a file on disk. */
  onDisk(name: string): string {
    return readFileSync(path.join(this.server.folder, name), "utf8");
  }

  /** The rows of the light bulb's menu, top first. */
  private get menu(): Locator {
    return this.page.locator(".action-widget .monaco-list-row.action");
  }

  /** Opens the light bulb's menu at the cursor, with such a row; the titles in it, top first. */
  async bulb(row: string): Promise<string[]> {
    // What a language server has yet to report is not in the first menu.
    await expect(async () => {
      await this.page.keyboard.press("Escape");
      await expect(this.menu).toHaveCount(0);
      await this.page.keyboard.press("Control+.");
      await expect(this.menu.filter({ hasText: row }).first()).toBeVisible({ timeout: 8_000 });
    }).toPass({ timeout: 90_000 });
    return this.menu.allInnerTexts();
  }

  /** Chooses from the menu that is open. */
  async choose(title: string): Promise<void> {
    await this.menu.filter({ hasText: title }).first().click();
    await expect(this.menu).toHaveCount(0);
  }

  /** The editor's context menu, opened on a line, and what is chosen in its submenu of Kimi. */
  async contextMenu(line: string, title: string): Promise<void> {
    const entry = (text: string): Locator =>
      this.page.locator(".monaco-menu .action-item", { hasText: text });
    await this.line(line).click({ button: "right" });
    await entry("Kimi").first().hover();
    // A menu does not hear a button that is released within 100 ms of its opening.
    await entry(title).last().click({ delay: 200 });
  }

  /** The hover of a word, made to stay by the keyboard. */
  async hover(): Promise<Locator> {
    const shown = this.page.locator(".monaco-hover:visible");
    await this.command("Show or Focus Hover");
    await expect(shown.first()).toBeVisible();
    return shown;
  }

  // Around the editor.

  status(text: string | RegExp): Locator {
    return this.page.locator(".statusbar-item", { hasText: text });
  }

  toast(text: string | RegExp): Locator {
    return this.page.locator(".notification-toast", { hasText: text });
  }

  /** Presses a button of a message. */
  async answer(message: string | RegExp, button: string): Promise<void> {
    const toast = this.toast(message).last();
    await toast.hover();
    await toast.locator(".monaco-button", { hasText: button }).click();
  }

  /** The Kimi view, which is to be open. */
  async view(): Promise<View> {
    return new View(await this.frame("#composer #question"));
  }

  /** How many pictures the editor's own previews show. */
  async previews(): Promise<number> {
    const shown = this.page.frames().map((frame) =>
      frame
        .locator("body.image.ready img")
        .count()
        .catch(() => 0),
    );
    return (await Promise.all(shown)).reduce((sum, one) => sum + one, 0);
  }

  private async frame(selector: string): Promise<Frame> {
    const has = (frame: Frame): Promise<number> =>
      frame
        .locator(selector)
        .count()
        .catch(() => 0); // a frame that is just going
    const end = Date.now() + 40_000;
    while (Date.now() < end) {
      for (const frame of this.page.frames()) if (await has(frame)) return frame;
      await this.page.waitForTimeout(100);
    }
    throw new Error(`no webview holds ${selector}`);
  }

  /** A screenshot of a page, in a window of that size. */
  async picture(html: string, width: number, height: number): Promise<Buffer> {
    const page = await this.context.newPage();
    try {
      await page.setViewportSize({ width, height });
      await page.setContent(html);
      return await page.screenshot();
    } finally {
      await page.close();
      await this.page.bringToFront();
    }
  }

  /** Puts a picture, and perhaps a text, on the clipboard as another program would. */
  async copy(png: Buffer, text?: string): Promise<void> {
    await this.context.grantPermissions(["clipboard-read", "clipboard-write"], {
      origin: new URL(this.server.url).origin,
    });
    await this.page.evaluate(
      async ({ bytes, words }) => {
        const raw = Uint8Array.from(atob(bytes), (one) => one.charCodeAt(0));
        const kinds: Record<string, Blob> = { "image/png": new Blob([raw], { type: "image/png" }) };
        if (words) kinds["text/plain"] = new Blob([words], { type: "text/plain" });
        await navigator.clipboard.write([new ClipboardItem(kinds)]);
      },
      { bytes: png.toString("base64"), words: text },
    );
  }

  /** What the quick input lists is fixed when it opens, and extensions arrive after the window. */
  private async find(key: string, text: string, row: string): Promise<void> {
    const found = this.rows.filter({ hasText: row }).first();
    await expect(async () => {
      await this.page.keyboard.press("Escape");
      await expect(this.input).toBeHidden();
      await this.palette(key, text);
      await expect(found).toBeVisible({ timeout: 3_000 });
    }).toPass({ timeout: 60_000 });
    await found.click();
  }

  private async palette(key: string, text: string): Promise<void> {
    // The first key may be lost while the workbench settles.
    await expect(async () => {
      await this.page.keyboard.press(key);
      await expect(this.input).toBeVisible({ timeout: 2_000 });
    }).toPass({ timeout: 40_000 });
    await this.input.fill(text);
  }
}
