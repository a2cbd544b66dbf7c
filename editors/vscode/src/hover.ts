// Explain and fix on the hover of a diagnostic, in our own words.
import * as vscode from "vscode";
import { commands, schemes } from "./names";
import { members } from "./place";

export const hover: vscode.HoverProvider = {
  provideHover({ uri, version }, position) {
    if (!schemes.has(uri.scheme)) return undefined;
    const diagnostic = vscode.languages
      .getDiagnostics(uri)
      .find(({ range }) => range.contains(position));
    if (!diagnostic) return undefined;
    const { t } = vscode.l10n;
    const place = encodeURIComponent(
      JSON.stringify([members({ uri, range: diagnostic.range, version })]),
    );
    const text = new vscode.MarkdownString(
      `$(sparkle) [${t("Fix with Kimi")}](command:${commands.fix}?${place}) · ` +
        `[${t("Explain with Kimi")}](command:${commands.explain}?${place})`,
      true,
    );
    text.isTrusted = { enabledCommands: [commands.fix, commands.explain] };
    return new vscode.Hover(text, diagnostic.range);
  },
};
