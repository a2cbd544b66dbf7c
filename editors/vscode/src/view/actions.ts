// What a person does in the view.
import * as vscode from "vscode";
import type { Ask } from "../ask";
import type { Connection } from "../connection";
import type { Jobs } from "../jobs";
import { commands } from "../names";
import { ofBytes } from "../pictures";
import { members } from "../place";
import type { Argument } from "../protocol";
import type { Chat } from "./chat";
import type { FromView } from "./messages";
import { enlarge } from "./sights";

const DATA_URL = /^data:(image\/[a-z+]+);base64,(.*)$/s;

/** Answers one message of the view. */
export function actions(
  ask: Ask,
  chat: Chat,
  jobs: Jobs,
  connection: Connection,
  log: vscode.LogOutputChannel,
): (message: FromView) => unknown {
  const { t } = vscode.l10n;

  async function attach(label: string, dataUrl: string): Promise<void> {
    const found = DATA_URL.exec(dataUrl);
    if (!found) return;
    const bytes = Buffer.from(found[2] ?? "", "base64");
    const picture = ofBytes(bytes, found[1] ?? "", label || t("pasted picture"));
    if (picture) await ask.attach("ask", picture);
  }

  async function insert(text: string): Promise<void> {
    const editor = lastEditor();
    if (!editor) return void vscode.window.showInformationMessage(t("Open a file first."));
    await editor.edit((edit) => edit.replace(editor.selection, text.replace(/\n$/, "")));
    await vscode.window.showTextDocument(editor.document, editor.viewColumn);
  }

  /** A block becomes the selection, or else the code that was asked about. */
  function apply(turn: string, block: number): void {
    const job = chat.jobOfTurn(turn);
    if (!job?.id) return;
    const editor = lastEditor();
    const selected =
      editor && !editor.selection.isEmpty
        ? members({
            uri: editor.document.uri,
            range: editor.selection,
            version: editor.document.version,
          })
        : undefined;
    const { uri, range, version } = selected ?? job.argument;
    if (!uri || !range) {
      const text = t("Select the code that this block is to replace.");
      void vscode.window.showInformationMessage(text);
      return;
    }
    const argument: Argument = { job: job.id, block, uri, range };
    jobs.start("kimi.apply", version === undefined ? argument : { ...argument, version });
  }

  async function open(turn: string): Promise<void> {
    const { uri, range, position } = chat.jobOfTurn(turn)?.argument ?? {};
    if (!uri) return;
    const at = range?.start ?? position;
    const selection = at && new vscode.Range(at.line, at.character, at.line, at.character);
    await vscode.window.showTextDocument(vscode.Uri.parse(uri), {
      ...(selection ? { selection } : {}),
    });
  }

  return (message) => {
    switch (message.type) {
      case "run":
        return vscode.commands.executeCommand(commands[message.command]);
      case "ask":
        return ask.send(message.text);
      case "stop":
        return jobs.stop(chat.jobOfTurn(message.turn));
      case "again":
        return chat.again(message.turn);
      case "mend":
        return chat.mend(message.turn, message.remedy);
      case "reply": {
        const job = chat.jobOfTurn(message.turn)?.id;
        return job && connection.execute("kimi.show", { job, what: "reply" });
      }
      case "copy":
        return vscode.env.clipboard.writeText(message.text);
      case "insert":
        return insert(message.text);
      case "apply":
        return apply(message.turn, message.block);
      case "open":
        return open(message.turn);
      case "look":
        return enlarge(chat.checkOfTurn(message.turn), message.sight);
      case "choose":
        return chat.choose(message.conversation);
      case "new":
        return chat.startNew();
      case "forget":
        return chat.draft(chat.next.with({ ways: [], way: 0 }));
      case "way":
        return ask.go(message.way);
      case "attach":
        return attach(message.label, message.dataUrl);
      case "remove":
        return ask.remove(message.picture);
      case "blocked":
        return log.warn(`the view's policy blocked ${message.directive}`);
      default:
        return undefined;
    }
  };
}

/** The editor that is written in; the view itself has the focus while its buttons are pressed. */
function lastEditor(): vscode.TextEditor | undefined {
  return vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0];
}
