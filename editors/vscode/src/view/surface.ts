// Where the conversations are seen: in the side bar, or beside the code. The last choice is kept.
import * as vscode from "vscode";
import { view as viewId } from "../names";
import type { Chat } from "./chat";
import type { FromView, ToView } from "./messages";
import { page } from "./page";

const BESIDE = "beside";
const PATIENCE_MILLISECONDS = 5000;

export class Surface implements vscode.WebviewViewProvider, vscode.Disposable {
  private side: vscode.WebviewView | undefined;
  private panel: vscode.WebviewPanel | undefined;
  private readonly readied = new vscode.EventEmitter<void>();
  private readonly listening: vscode.Disposable;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly chat: Chat,
    private readonly heard: (message: FromView) => unknown,
  ) {
    this.listening = chat.onMessage((message) => this.post(message));
  }

  dispose(): void {
    this.listening.dispose();
    this.panel?.dispose();
  }

  get visible(): boolean {
    return (this.side?.visible ?? false) || (this.panel?.visible ?? false);
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.side = view;
    view.onDidDispose(() => {
      this.side = undefined;
    });
    view.onDidChangeVisibility(() => {
      if (view.visible) void this.context.globalState.update(BESIDE, false);
    });
    this.fill(view.webview);
  }

  /** Bring the conversation before the person; with `focus`, to type at once. */
  async show(focus = false): Promise<void> {
    if (this.context.globalState.get<boolean>(BESIDE)) this.beside(!focus);
    else if (this.side) this.side.show(!focus);
    else {
      const editor = vscode.window.activeTextEditor;
      const ready = this.firstReady();
      await vscode.commands.executeCommand(`${viewId}.focus`);
      // The page takes the focus when it is there, and it belongs to the code that is being read.
      await ready;
      if (editor && !focus) {
        await vscode.window.showTextDocument(editor.document, editor.viewColumn, false);
      }
    }
    if (focus) this.chat.focus();
  }

  /** Show it beside the code from now on. */
  beside(preserveFocus = false): void {
    void this.context.globalState.update(BESIDE, true);
    if (this.panel) return this.panel.reveal(undefined, preserveFocus);
    const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus };
    const panel = vscode.window.createWebviewPanel(viewId, "Kimi", column);
    panel.iconPath = vscode.Uri.joinPath(this.context.extensionUri, "media", "icon.png");
    panel.onDidDispose(() => {
      this.panel = undefined;
    });
    this.panel = panel;
    this.fill(panel.webview);
  }

  /** The page is there, or has had its time. */
  private firstReady(): Promise<void> {
    return new Promise((resolve) => {
      const listening = this.readied.event(() => done());
      const timer = setTimeout(() => done(), PATIENCE_MILLISECONDS);
      const done = () => {
        clearTimeout(timer);
        listening.dispose();
        resolve();
      };
    });
  }

  private fill(webview: vscode.Webview): void {
    const root = vscode.Uri.joinPath(this.context.extensionUri, "dist", "webview");
    webview.options = { enableScripts: true, localResourceRoots: [root] };
    webview.onDidReceiveMessage((message: FromView) => {
      if (message.type === "ready") {
        void webview.postMessage(this.chat.whole());
        this.readied.fire();
      } else this.heard(message);
    });
    webview.html = page(webview, this.context.extensionUri);
  }

  private post(message: ToView): void {
    void this.side?.webview.postMessage(message);
    void this.panel?.webview.postMessage(message);
  }
}
