/** In the light bulb's menu every other provider comes first, however late it came. */
import assert from "node:assert/strict";

import * as vscode from "vscode";

import { open } from "./extension.ts";
import type { Tests } from "./index.ts";

const OTHER = "Mend it by hand";

/** The menu on a line with a problem, once the server has its part in it. */
async function menu(uri: vscode.Uri): Promise<vscode.CodeAction[]> {
  const range = new vscode.Range(0, 0, 0, 1);
  const end = Date.now() + 30_000;
  let actions: vscode.CodeAction[] = [];
  while (!actions.some(ours) && Date.now() < end) {
    actions = await vscode.commands.executeCommand("vscode.executeCodeActionProvider", uri, range);
  }
  return actions;
}

const ours = ({ title }: vscode.CodeAction): boolean => title.includes("Kimi");

/** A problem for as long as a test needs it. */
function problem(uri: vscode.Uri): vscode.DiagnosticCollection {
  const found = vscode.languages.createDiagnosticCollection("test");
  found.set(uri, [new vscode.Diagnostic(new vscode.Range(0, 0, 0, 1), "wrong")]);
  return found;
}

export const menus: Tests = {
  "ours come last, beside a provider that came later": async () => {
    const { uri } = await open("shop.py");
    const found = problem(uri);
    const other = vscode.languages.registerCodeActionsProvider(
      { language: "python" },
      { provideCodeActions: () => [new vscode.CodeAction(OTHER, vscode.CodeActionKind.QuickFix)] },
    );
    try {
      const actions = await menu(uri);
      const titles = actions.map(({ title }) => title);
      assert.ok(actions.some(ours), titles.join(" | "));
      assert.ok(titles.includes(OTHER), titles.join(" | "));
      assert.ok(titles.indexOf(OTHER) < actions.findIndex(ours), titles.join(" | "));
    } finally {
      other.dispose();
      found.dispose();
    }
  },

  "what is chosen can be done when newer menus were asked for": async () => {
    const { uri } = await open("shop.py");
    const found = problem(uri);
    try {
      const entries = (await menu(uri)).filter(ours);
      for (let newer = 0; newer < 8; newer += 1) await menu(uri);
      const known = await vscode.commands.getCommands();
      for (const { title, command } of entries) {
        // The editor forgets a command's arguments with the menu that they came in.
        assert.deepEqual(command?.arguments ?? [], [], title);
        assert.ok(command && known.includes(command.command), title);
      }
    } finally {
      found.dispose();
    }
  },
};
