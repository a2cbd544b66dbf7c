// Numbers and money as people read them.
import * as vscode from "vscode";
import type { Outcome } from "./protocol";

const CENTS = 0.01;

export function count(value: number): string {
  return new Intl.NumberFormat(vscode.env.language).format(value);
}

/** US dollars, with as many digits as make a small sum visible. */
export function money(usd: number): string {
  const digits = usd !== 0 && usd < CENTS ? 4 : 2;
  return `$${usd.toFixed(digits)}`;
}

/** What an answer took: model, tokens, cost. */
export function receipt({ model, usage, check }: Outcome): string {
  const parts = model ? [model] : [];
  if (usage) {
    const tokens = usage.promptTokens + usage.completionTokens;
    parts.push(vscode.l10n.t("{0} tokens", count(tokens)));
    if (usage.cachedTokens)
      parts.push(vscode.l10n.t("{0} of them cached", count(usage.cachedTokens)));
    if (usage.usd !== null) parts.push(money(usage.usd));
  }
  if (check?.score !== undefined) {
    // Rounded down: only the same picture is 100 % alike.
    const alike = Math.floor(check.score * 100);
    const rounds = check.rounds ?? 1;
    parts.push(
      rounds > 1
        ? vscode.l10n.t("{0} % alike after {1} rounds", alike, rounds)
        : vscode.l10n.t("{0} % alike", alike),
    );
  }
  if (check?.verified) parts.push(vscode.l10n.t("drawn and looked at"));
  return parts.join(" · ");
}
