/** What VS Code takes for the defaults is what the server takes for them. */
import assert from "node:assert/strict";

import * as vscode from "vscode";

import { manifest } from "./extension.ts";
import type { Tests } from "./index.ts";

export const settings: Tests = {
  "the defaults are the server's": () => {
    const table = JSON.parse(process.env.KIMI_TEST_SETTINGS ?? "{}") as Record<string, unknown>;
    const declared = manifest()
      .contributes.configuration.flatMap(({ properties }) => Object.keys(properties))
      .filter((name) => !name.startsWith("kimi.server."));
    assert.ok(declared.length > 10, declared.join(" "));
    for (const name of declared) {
      const known = vscode.workspace.getConfiguration().inspect(name);
      assert.deepEqual(known?.defaultValue, table[name.slice("kimi.".length)], name);
    }
  },
};
