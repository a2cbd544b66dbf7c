// What the entries of the light bulb's menus do, kept here until the menu is long gone.
//
// The editor drops a command's arguments when it asks for a newer menu, also while a person is
// choosing from the one they see, and then says "Actual command not found". A command without
// arguments is not dropped, so each entry gets one of its own.
import * as vscode from "vscode";
import type { Argument } from "./protocol";

type Entry = vscode.CodeAction | vscode.Command;

const KEPT = 32;

export class Menus implements vscode.Disposable {
  private readonly kept: vscode.Disposable[] = [];
  private count = 0;

  constructor(private readonly chosen: (command: string, argument: Argument) => unknown) {}

  /** The menu, with commands that live until `KEPT` newer menus were asked for. */
  keep(menu: Entry[]): Entry[] {
    const commands: vscode.Disposable[] = [];
    const entries = menu.map((entry) => {
      if (!(entry instanceof vscode.CodeAction) || !entry.command) return entry;
      const { command, title, arguments: given } = entry.command;
      const argument = given?.[0] as Argument | undefined;
      if (!argument) return entry;
      const name = `kimi-lsp.entry.${(this.count += 1)}`;
      commands.push(vscode.commands.registerCommand(name, () => this.chosen(command, argument)));
      entry.command = { command: name, title };
      return entry;
    });
    if (commands.length) this.kept.push(vscode.Disposable.from(...commands));
    if (this.kept.length > KEPT) this.kept.shift()?.dispose();
    return entries;
  }

  dispose(): void {
    for (const commands of this.kept.splice(0)) commands.dispose();
  }
}
