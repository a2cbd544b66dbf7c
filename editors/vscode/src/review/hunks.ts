// The changes of one edit that wait, at their lines in the document as it is now.
import type * as vscode from "vscode";
import type { Hunk } from "../protocol";

/** A change of whole lines: `first` to before `last` become `text`. */
export interface Waiting {
  id: string;
  first: number;
  last: number;
  text: string;
  confirm: string;
}

/** An edit of the document: lines `first` to before `last` became `lines` lines. */
export interface LineChange {
  first: number;
  last: number;
  lines: number;
}

export function waiting(hunk: Hunk): Waiting {
  const { start, end } = hunk.range;
  return {
    id: hunk.id,
    first: start.line,
    last: end.line + (end.character > 0 ? 1 : 0),
    text: hunk.newText,
    confirm: hunk.confirm ?? "",
  };
}

/** The lines that a change of the editor touched. */
export function lineChange({ range, text }: vscode.TextDocumentContentChangeEvent): LineChange {
  const whole = range.start.character === 0 && range.end.character === 0;
  const breaks = text.split("\n").length - 1;
  return whole
    ? { first: range.start.line, last: range.end.line, lines: breaks }
    : { first: range.start.line, last: range.end.line + 1, lines: breaks + 1 };
}

/** The changes after an edit elsewhere in the document; one in its midst leaves them in place. */
export function moved(hunks: readonly Waiting[], change: LineChange): Waiting[] {
  const by = change.lines - (change.last - change.first);
  return hunks.map((hunk) =>
    hunk.first >= change.last ? { ...hunk, first: hunk.first + by, last: hunk.last + by } : hunk,
  );
}

/** A document's text with the changes made, and where each of them then begins and ends. */
export function proposed(
  text: string,
  hunks: readonly Waiting[],
): { text: string; places: Map<string, { first: number; last: number }> } {
  const lines = text.split(/(?<=\r\n|\n|\r(?!\n))/);
  const places = new Map<string, { first: number; last: number }>();
  const made: string[] = [];
  let from = 0;
  let line = 0;
  const take = (piece: string[]) => {
    made.push(...piece);
    line += piece.length;
  };
  for (const hunk of [...hunks].sort((a, b) => a.first - b.first)) {
    take(lines.slice(from, hunk.first));
    const added = hunk.text === "" ? [] : hunk.text.split(/(?<=\n)/);
    places.set(hunk.id, { first: line, last: line + added.length });
    take(added);
    from = Math.max(hunk.last, from);
  }
  take(lines.slice(from));
  return { text: made.join(""), places };
}

/** The change at a line, else the nearest one. */
export function nearest<T extends { first: number; last: number }>(
  hunks: readonly T[],
  line: number,
): T | undefined {
  const away = ({ first, last }: T) =>
    line < first ? first - line : Math.max(0, line - Math.max(first, last - 1));
  return [...hunks].sort((a, b) => away(a) - away(b))[0];
}
