// The code that a command is about.
import * as path from "node:path";
import * as vscode from "vscode";
import { schemes } from "./names";
import type { Argument } from "./protocol";

export interface Place {
  uri: vscode.Uri;
  range: vscode.Range;
  version: number;
}

/** The selection in the active editor, or what a command was given. */
export function here(given?: unknown): Place | undefined {
  const editor = vscode.window.activeTextEditor;
  if (isPlace(given)) {
    const uri = vscode.Uri.parse(given.uri);
    const open = vscode.workspace.textDocuments.find((one) => one.uri.toString() === given.uri);
    const { start, end } = given.range;
    const range = new vscode.Range(start.line, start.character, end.line, end.character);
    return { uri, range, version: open?.version ?? 0 };
  }
  if (!editor || !schemes.has(editor.document.uri.scheme)) {
    const text = vscode.l10n.t("Open a file and put the cursor on the code you mean.");
    void vscode.window.showInformationMessage(text);
    return undefined;
  }
  const { document, selection } = editor;
  return { uri: document.uri, range: selection, version: document.version };
}

/** A place as the members of a command's argument. */
export function members(place: Place): Argument {
  const { start, end } = place.range;
  return {
    uri: place.uri.toString(),
    range: {
      start: { line: start.line, character: start.character },
      end: { line: end.line, character: end.character },
    },
    version: place.version,
  };
}

/** A place as people name it: the file, and its lines counted from 1. */
export function named(uri: string, range?: Argument["range"]): string {
  const name = path.posix.basename(vscode.Uri.parse(uri).path) || uri;
  if (!range) return name;
  const first = range.start.line + 1;
  const last = range.end.line + 1 - (range.end.character === 0 && range.end.line >= first ? 1 : 0);
  return first === last ? `${name}:${first}` : `${name}:${first}-${last}`;
}

function isPlace(value: unknown): value is { uri: string; range: vscode.Range } {
  return (
    typeof value === "object" &&
    value !== null &&
    "range" in value &&
    "uri" in value &&
    typeof value.uri === "string"
  );
}
