/** What axe finds wrong with a page for people who see or use it in other ways. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import type { Frame } from "@playwright/test";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Found {
  violations: { id: string; nodes: { html: string }[] }[];
}

declare const axe: { run: (root: Document) => Promise<Found> };

/** Each fault with the elements that have it. */
export async function faults(frame: Frame): Promise<string[][]> {
  await frame.evaluate(AXE);
  const found = await frame.evaluate(() => axe.run(document));
  return found.violations.map(({ id, nodes }) => [id, ...nodes.map((node) => node.html)]);
}
