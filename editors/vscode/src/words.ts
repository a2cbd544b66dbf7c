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
    parts.push(vscode.l10n.t("{0} % alike", Math.round(check.score * 100)));
  }
  return parts.join(" · ");
}
