/** What a picture may be for at a place, and which pictures the view is given. */
import assert from "node:assert/strict";
import { mkdtempSync, truncateSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

import * as vscode from "vscode";

import { sights } from "../../src/view/sights.ts";
import { ways } from "../../src/ways.ts";
import type { Tests } from "./index.ts";

// The home of a test goes with its end.
const folder = mkdtempSync(path.join(os.homedir(), "pictures-"));
const LARGE = 13 * 1024 * 1024;

function picture(name: string, size: number): string {
  const file = path.join(folder, name);
  writeFileSync(file, "");
  truncateSync(file, size);
  return pathToFileURL(file).href;
}

const cursor = new vscode.Range(4, 2, 4, 2);
const selection = new vscode.Range(4, 0, 6, 3);

const WAYS: [string, string, vscode.Range, string[]][] = [
  ["a page", "page.html", cursor, ["at the cursor, page.html:5", "a new file beside page.html"]],
  ["a component", "Card.tsx", cursor, ["a new file beside Card.tsx", "at the cursor, Card.tsx:5"]],
  ["a selection", "Card.tsx", selection, ["in place of Card.tsx:5-7", "a new file beside Card.tsx"]],
];

const SIGHTS: [string, Record<string, string>, string[]][] = [
  ["a component", { target: picture("a.png", 9), result: picture("b.png", 9) }, ["target", "result"]],
  ["a repair", { was: picture("c.png", 9), result: picture("d.png", 9) }, ["was", "result"]],
  ["one that is too large", { was: picture("e.png", LARGE), result: picture("f.png", 9) }, ["result"]],
  ["one that is gone", { target: pathToFileURL(path.join(folder, "no.png")).href }, []],
  ["one from elsewhere", { result: "https://example.org/picture.png" }, []],
];

export const pictures: Tests = {
  ...Object.fromEntries(
    WAYS.map(([title, name, range, wanted]) => [
      `a component's places: ${title}`,
      () => {
        const found = ways({ uri: vscode.Uri.file(`/shop/${name}`), range, version: 1 });
        const components = found.filter(({ purpose }) => purpose === "component");
        assert.deepEqual(
          components.map(({ label }) => label),
          wanted.map((label) => `Component: ${label}`),
        );
        assert.deepEqual(
          found.slice(components.length).map(({ purpose }) => purpose),
          ["visualFix", "ask"],
        );
      },
    ]),
  ),
  ...Object.fromEntries(
    SIGHTS.map(([title, check, wanted]) => [
      `pictures to compare: ${title}`,
      async () => {
        const found = await sights({ kind: "render", ...check });
        assert.deepEqual(
          found.map(({ name }) => name),
          wanted,
        );
      },
    ]),
  ),
};
