// Where the extension begins: joins its parts, and does nothing else.
import * as vscode from "vscode";
import { Connection } from "./connection";
import { Jobs } from "./jobs";
import { Keys } from "./key";
import { commands, schemes } from "./names";
import { Settings } from "./settings";
import { install } from "./server/install";

let connection: Connection | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("Kimi", { log: true });
  const manifest = context.extension.packageJSON as {
    contributes: { configuration: ConstructorParameters<typeof Settings>[0] };
  };
  const settings = new Settings(manifest.contributes.configuration);
  const server = new Connection(context, log, settings);
  connection = server;
  const jobs = new Jobs((command, argument) => server.execute(command, argument));
  const keys = new Keys(context.secrets, context.globalState);
  server.attach({
    job: (event) => jobs.saw(event),
    key: (request) => keys.answer(request),
    chosen: (command, argument) => jobs.start(command, argument),
    lost: () => jobs.lost(),
  });
  context.subscriptions.push(log, server);
  const register = (name: string, run: (...args: unknown[]) => unknown) =>
    context.subscriptions.push(vscode.commands.registerCommand(name, run));
  register(commands.restart, () => server.restart());
  register(commands.showLog, () => log.show());
  register(commands.install, async () => {
    if (await install(context, log)) await server.restart();
  });
  register(commands.tryOffline, () => server.goOffline(true));
  register(commands.goOnline, () => server.goOffline(false));
  register(commands.setKey, () => keys.ask());
  register(commands.stop, () => jobs.stop());

  // Nothing runs until a text is used.
  const use = (document: vscode.TextDocument) => {
    if (schemes.has(document.uri.scheme) && server.state === "idle") void server.ready();
  };
  vscode.workspace.textDocuments.forEach(use);
  context.subscriptions.push(vscode.workspace.onDidOpenTextDocument(use));
}

export async function deactivate(): Promise<void> {
  await connection?.stop();
}
