// The road to a running server: what is missing is offered, and every failure has a way on.
import * as vscode from "vscode";
import type { Connection } from "./connection";
import { said } from "./jobs";
import { commands, walkthrough } from "./names";
import { install, InstallError } from "./server/install";

const SAMPLE = `// @ts-check
// What a basket costs, before and after a discount.

/** @typedef {{ name: string, price: number, count: number }} Item */

/** @param {Item[]} items */
export function total(items) {
  let sum = 0;
  for (const item of items) {
    sum += item.prise * item.count;
  }
  return sum;
}

/** @param {number} sum */
export function discounted(sum) {
  return sum > 100 ? sum * 0.9 : sum;
}
`;

export class Start {
  private offered = false;
  private installing: Promise<boolean> | undefined;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly connection: Connection,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** Have a running server; a missing one is installed where its person agrees. */
  async ready(): Promise<boolean> {
    if (this.installing) return this.installing;
    if (await this.connection.ready()) return true;
    return this.connection.state === "missing" && (await this.offer());
  }

  /** Begin with the first text; asks once and at no one's expense where nothing is installed. */
  async quietly(): Promise<void> {
    if (await this.connection.ready()) return;
    if (this.connection.state !== "missing" || this.offered) return;
    await this.offer();
  }

  /** Install and start. Whether the server then runs. */
  async install(): Promise<boolean> {
    this.installing ??= this.installed().finally(() => {
      this.installing = undefined;
    });
    return this.installing;
  }

  /** Have the offline Kimi stand in for the model. */
  async offline(wanted: boolean): Promise<void> {
    if (wanted && !(await this.ready())) return;
    try {
      await this.connection.goOffline(wanted);
    } catch (error) {
      void vscode.window.showErrorMessage(said(error));
      return;
    }
    if (!wanted) return;
    const { t } = vscode.l10n;
    const open = t("Open the sample");
    const text = t("The offline Kimi answers now. It needs no key, and knows the sample.");
    const chosen = await vscode.window.showInformationMessage(text, open);
    if (chosen) await this.sample();
  }

  /** Open a document with an error that the editor itself finds. */
  async sample(): Promise<void> {
    const document = await vscode.workspace.openTextDocument({
      language: "javascript",
      content: SAMPLE,
    });
    await vscode.window.showTextDocument(document, { preview: false });
  }

  async walkthrough(): Promise<void> {
    await vscode.commands.executeCommand("workbench.action.openWalkthrough", walkthrough, false);
  }

  private async installed(): Promise<boolean> {
    try {
      if (!(await install(this.context, this.log))) return false;
    } catch (error) {
      void this.failed(error);
      return false;
    }
    await this.connection.restart();
    return this.connection.state === "running";
  }

  private async offer(): Promise<boolean> {
    this.offered = true;
    const { t } = vscode.l10n;
    const yes = t("Install");
    const path = t("I have it already");
    const text = t(
      "Kimi's language server is not on this machine yet. It can be installed for this editor alone.",
    );
    const chosen = await vscode.window.showInformationMessage(text, yes, path);
    if (chosen === path) {
      await vscode.commands.executeCommand("workbench.action.openSettings", "kimi.server.path");
    }
    return chosen === yes && (await this.install());
  }

  private async failed(error: unknown): Promise<void> {
    const { t } = vscode.l10n;
    const action = error instanceof InstallError ? error.action : undefined;
    const again = t("Try again");
    const show = t("Show log");
    const titles = [...(action ? [action.title] : []), again, show];
    const chosen = await vscode.window.showErrorMessage(said(error), ...titles);
    if (chosen === undefined) return;
    if (chosen === again) await this.install();
    else if (chosen === show) await vscode.commands.executeCommand(commands.showLog);
    else if (action) await vscode.env.openExternal(vscode.Uri.parse(action.url));
  }
}
