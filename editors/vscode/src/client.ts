// What the language client is told about this server, and where the editor's way is not the client's.
// A bundle of its own, loaded with the first server: most of the time of a start would go into it.
import * as os from "node:os";
import * as vscode from "vscode";
import type { Executable, LanguageClientOptions, Middleware } from "vscode-languageclient/node";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  NotificationType,
  RequestType,
  RevealOutputChannelOn,
  TransportKind,
} from "vscode-languageclient/node";
import { schemes } from "./names";
import type { Menus } from "./menus";
import type { Argument, JobEvent, KeyRequest } from "./protocol";

const jobNotification = new NotificationType<JobEvent>("kimi/job");
const keyRequest = new RequestType<KeyRequest, { key: string } | null, void>("kimi/apiKey");

/** A client that is not started yet. */
export function create(
  program: string,
  environment: Record<string, string>,
  wiring: Wiring,
): LanguageClient {
  const how = executable(program, environment);
  const client = new LanguageClient("kimi", "Kimi", how, clientOptions(wiring));
  client.onNotification(jobNotification, (event) => wiring.job(event));
  client.onRequest(keyRequest, (request) => wiring.key(request));
  return client;
}

/** How the server is started: never in a workspace folder, whose files Python could import. */
function executable(program: string, environment: Record<string, string>): Executable {
  return {
    command: program,
    transport: TransportKind.stdio,
    options: {
      cwd: os.homedir(),
      env: { ...process.env, PYTHONSAFEPATH: "1", ...environment },
    },
  };
}

export interface Wiring {
  log: vscode.LogOutputChannel;
  options: () => Record<string, unknown>;
  live: () => Record<string, unknown>;
  execute: (command: string, argument: Argument) => unknown;
  job: (event: JobEvent) => void;
  key: (request: KeyRequest) => Promise<{ key: string } | null>;
  menus: Menus;
  closed: () => boolean;
}

/** The options of the client. */
function clientOptions(wiring: Wiring): LanguageClientOptions {
  return {
    // Any language, and nothing but that: so our code actions score below those of every language
    // server, and the editor lists them last.
    documentSelector: [{ language: "*" }],
    outputChannel: wiring.log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: wiring.options,
    initializationFailedHandler: () => false,
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => ({
        action: wiring.closed() ? CloseAction.Restart : CloseAction.DoNotRestart,
        handled: true,
      }),
    },
    markdown: { isTrusted: false, supportHtml: false },
    middleware: middleware(wiring),
  };
}

function middleware(wiring: Wiring): Middleware {
  const ours = (document: vscode.TextDocument) => schemes.has(document.uri.scheme);
  return {
    // The selector matches output channels and consoles too; those are no business of a model.
    didOpen: async (document, next) => (ours(document) ? next(document) : undefined),
    didChange: async (event, next) => (ours(event.document) ? next(event) : undefined),
    didClose: async (document, next) => (ours(document) ? next(document) : undefined),
    provideHover: (document, position, token, next) =>
      ours(document) ? next(document, position, token) : undefined,
    provideCodeActions: async (document, range, context, token, next) => {
      const menu = ours(document) ? await next(document, range, context, token) : undefined;
      return menu && !token.isCancellationRequested ? wiring.menus.keep(menu) : undefined;
    },
    // An entry is whole as it is.
    resolveCodeAction: (entry) => entry,
    executeCommand: (command, args, next) => {
      const argument = args[0] as Argument | undefined;
      return argument ? wiring.execute(command, argument) : (next(command, args) as unknown);
    },
    // Jobs are shown from their own events, with a button to cancel them.
    handleWorkDoneProgress: (token, params, next) => {
      if (!String(token).startsWith("kimi-")) next(token, params);
    },
    workspace: {
      configuration: (params) =>
        params.items.map((item) => (item.section === "kimi" ? wiring.live() : null)),
    },
  };
}
