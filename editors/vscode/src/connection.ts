// The server's process, from the first use to the end of the editor.
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { said } from "./jobs";
import { Menus } from "./menus";
import { commands, contexts } from "./names";
import type { Argument, JobEvent, KeyRequest } from "./protocol";
import { find, type Program } from "./server/find";
import { Offline } from "./server/offline";
import type { Settings } from "./settings";

export type State = "idle" | "starting" | "running" | "missing" | "failed";

const CRASHES = 3;
const CRASH_MINUTES = 3;

export interface Hooks {
  job: (event: JobEvent) => void;
  key: (request: KeyRequest) => Promise<{ key: string } | null>;
  /** A command chosen from a menu of the server's own. */
  chosen: (command: string, argument: Argument) => unknown;
  lost: () => void;
}

export class Connection implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private pending: Promise<LanguageClient | undefined> | undefined;
  private offlineKimi: Offline | undefined;
  private crashes: number[] = [];
  private hooks: Hooks | undefined;
  private readonly states = new vscode.EventEmitter<State>();
  private readonly menus = new Menus((command, argument) => this.hooks?.chosen(command, argument));

  readonly onDidChange = this.states.event;
  state: State = "idle";
  program: Program | undefined;
  problem = "";

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
    private readonly settings: Settings,
  ) {}

  attach(hooks: Hooks): void {
    this.hooks = hooks;
  }

  get offline(): boolean {
    return this.offlineKimi !== undefined;
  }

  /** What the server says of itself, once it runs. */
  get server(): { name: string; version?: string } | undefined {
    return this.client?.initializeResult?.serverInfo;
  }

  /** Whether the server has a command. */
  has(command: string): boolean {
    const offered = this.client?.initializeResult?.capabilities.executeCommandProvider?.commands;
    return offered?.includes(command) ?? false;
  }

  /** The running server; undefined where there is none and none was installed. */
  async ready(): Promise<LanguageClient | undefined> {
    if (this.client?.isRunning()) return this.client;
    return (this.pending ??= this.launch().finally(() => (this.pending = undefined)));
  }

  /** Answer of a command of the server. Raises an `Error` fit for a person. */
  async execute(command: string, argument: Argument): Promise<unknown> {
    const client = await this.ready();
    if (!client) throw new Error(this.problem || vscode.l10n.t("Kimi's server is not running."));
    const params = { command, arguments: [argument] };
    return client.sendRequest("workspace/executeCommand", params);
  }

  /** Settings that may change while the server runs did; it asks for them anew. */
  async configure(): Promise<void> {
    if (!this.client?.isRunning()) return;
    await this.client.sendNotification("workspace/didChangeConfiguration", { settings: {} });
  }

  async restart(): Promise<void> {
    this.crashes = [];
    await this.stop();
    await this.ready();
  }

  async stop(): Promise<void> {
    await this.pending;
    const client = this.client;
    this.client = undefined;
    if (client) await client.dispose().catch(() => undefined);
    this.hooks?.lost();
    this.become("idle");
  }

  /** Speak to the offline Kimi from now on, or to the endpoint that is set. */
  async goOffline(wanted: boolean): Promise<void> {
    await this.stop();
    this.offlineKimi?.dispose();
    this.offlineKimi = undefined;
    if (wanted) {
      const program = await this.find();
      if (!program) return;
      this.offlineKimi = await Offline.start(program.path, this.context.globalStorageUri);
    }
    await vscode.commands.executeCommand("setContext", contexts.offline, wanted);
    await this.ready();
  }

  dispose(): void {
    void this.client?.dispose().catch(() => undefined);
    this.offlineKimi?.dispose();
    this.menus.dispose();
    this.states.dispose();
  }

  private async launch(): Promise<LanguageClient | undefined> {
    this.become("starting");
    const program = await this.find();
    if (!program) return undefined;
    this.program = program;
    this.log.info(`server: ${program.path} (${program.source})`);
    const environment = this.offlineKimi?.environment ?? {};
    const { create } = await import("./client.js");
    const client: LanguageClient = create(program.path, environment, {
      log: this.log,
      options: () => this.options(),
      live: () => this.live(),
      execute: (command, argument) => this.hooks?.chosen(command, argument),
      menus: this.menus,
      job: (event) => this.hooks?.job(event),
      key: (request) => this.hooks?.key(request) ?? Promise.resolve(null),
      closed: () => this.closed(client),
    });
    try {
      await client.start();
    } catch (error) {
      await client.dispose().catch(() => undefined);
      this.fail(vscode.l10n.t("Kimi's server did not start: {0}", said(error)));
      return undefined;
    }
    this.client = client;
    this.become("running");
    return client;
  }

  private async find(): Promise<Program | undefined> {
    try {
      const found = await find(this.context);
      if (found) return found;
      this.problem = vscode.l10n.t("Kimi's language server is not on this machine yet.");
      this.become("missing");
    } catch (error) {
      this.fail(said(error));
    }
    return undefined;
  }

  private options(): Record<string, unknown> {
    const options = this.settings.atStart();
    if (!this.offline) return options;
    const { baseUrl: _, dialect: __, ...rest } = options;
    return rest;
  }

  private live(): Record<string, unknown> {
    const values = this.settings.now();
    if (this.offline) delete values.model;
    return values;
  }

  /** The server ended by itself; whether it is to be started again. */
  private closed(client: LanguageClient): boolean {
    if (client !== this.client && this.client !== undefined) return false;
    this.hooks?.lost();
    const since = Date.now() - CRASH_MINUTES * 60_000;
    this.crashes = [...this.crashes.filter((time) => time > since), Date.now()];
    if (this.crashes.length < CRASHES) return true;
    this.fail(vscode.l10n.t("Kimi's server ended {0} times in a row.", this.crashes.length));
    return false;
  }

  private fail(problem: string): void {
    this.problem = problem;
    this.log.error(problem);
    this.become("failed");
    const again = vscode.l10n.t("Start again");
    const show = vscode.l10n.t("Show log");
    void vscode.window.showErrorMessage(problem, again, show).then((choice) => {
      if (choice === again) void vscode.commands.executeCommand(commands.restart);
      if (choice === show) void vscode.commands.executeCommand(commands.showLog);
    });
  }

  private become(state: State): void {
    this.state = state;
    this.states.fire(state);
  }
}
