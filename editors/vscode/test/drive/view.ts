/** The Kimi view, as its person sees it. */
import type { Frame, Locator } from "@playwright/test";

export class View {
  readonly frame: Frame;
  readonly log: Locator;
  readonly question: Locator;
  readonly stop: Locator;
  readonly pictures: Locator;

  constructor(frame: Frame) {
    this.frame = frame;
    this.log = frame.locator("#log");
    this.question = frame.locator("#question");
    this.stop = frame.getByRole("button", { name: "Stop" });
    this.pictures = frame.locator("#composer #pictures img");
  }

  /** The latest question with its answer. */
  get last(): Locator {
    return this.log.locator("article").last();
  }

  /** The latest, once it has ended so. */
  ended(state: "done" | "refused" | "failed" | "cancelled"): Locator {
    return this.log.locator(`article:last-child[data-state="${state}"]`);
  }

  async ask(text: string): Promise<void> {
    await this.question.fill(text);
    await this.question.press("Enter");
  }
}
