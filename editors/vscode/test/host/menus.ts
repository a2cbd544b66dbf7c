/** In the light bulb's menu every other provider comes first, however late it came. */
import assert from "node:assert/strict";

import * as vscode from "vscode";

import { open } from "./extension.ts";
import type { Tests } from "./index.ts";

const OTHER = "Mend it by hand";

export const menus: Tests = {
  "ours come last, beside a provider that came later": async () => {
    const { uri } = await open("shop.py");
    const range = new vscode.Range(0, 0, 0, 1);
    const found = vscode.languages.createDiagnosticCollection("test");
    found.set(uri, [new vscode.Diagnostic(range, "wrong")]);
    const other = vscode.languages.registerCodeActionsProvider(
      { language: "python" },
      { provideCodeActions: () => [new vscode.CodeAction(OTHER, vscode.CodeActionKind.QuickFix)] },
    );
    try {
      let titles: string[] = [];
      const end = Date.now() + 30_000;
      while (!titles.some((title) => title.includes("Kimi")) && Date.now() < end) {
        const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
          "vscode.executeCodeActionProvider",
          uri,
          range,
        );
        titles = actions.map(({ title }) => title);
      }
      const ours = titles.flatMap((title, place) => (title.includes("Kimi") ? [place] : []));
      assert.ok(ours.length > 0, titles.join(" | "));
      assert.ok(titles.includes(OTHER), titles.join(" | "));
      assert.ok(titles.indexOf(OTHER) < Math.min(...ours), titles.join(" | "));
    } finally {
      other.dispose();
      found.dispose();
    }
  },
};
