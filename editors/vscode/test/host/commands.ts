/** The commands of the manifest, of the names in the code, and of VS Code are the same ones. */
import assert from "node:assert/strict";

import * as vscode from "vscode";

import { commands as names } from "../../src/names.ts";
import { extension, manifest } from "./extension.ts";
import type { Tests } from "./index.ts";

/** Given by a lens, and in no palette. */
const UNLISTED = [names.review];

export const commands: Tests = {
  "the manifest lists every name but those of lenses": () => {
    const listed = manifest().contributes.commands.map(({ command }) => command);
    assert.deepEqual([...listed, ...UNLISTED].sort(), Object.values(names).sort());
  },

  "every one is registered": async () => {
    await extension().activate();
    const known = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      Object.values(names).filter((name) => !known.has(name)),
      [],
    );
  },
};
