// Where the extension begins: joins its parts, and does nothing else.
import * as vscode from "vscode";
import { Ask } from "./ask";
import { chooseThinking, showUsage } from "./choices";
import { Connection } from "./connection";
import { hover } from "./hover";
import { Jobs, type Job } from "./jobs";
import { Keys } from "./key";
import { chooseModel } from "./models";
import { commands, proposalScheme, schemes, view } from "./names";
import { open, tell } from "./outcome";
import { inCode } from "./pictures";
import { progress } from "./progress";
import { report } from "./report";
import { Lenses, type Chosen } from "./review/lenses";
import { Reviews } from "./review/review";
import { Settings } from "./settings";
import { Start } from "./start";
import { menu, Status } from "./status";
import { actions } from "./view/actions";
import { Chat } from "./view/chat";
import { Surface } from "./view/surface";
import { ways } from "./ways";

let connection: Connection | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("Kimi", { log: true });
  const manifest = context.extension.packageJSON as {
    contributes: { configuration: ConstructorParameters<typeof Settings>[0] };
  };
  const settings = new Settings(manifest.contributes.configuration);
  const server = new Connection(context, log, settings);
  connection = server;
  const send = (...asked: Parameters<Connection["execute"]>) => server.execute(...asked);
  const jobs = new Jobs(send);
  const keys = new Keys(context.secrets, context.globalState);
  const start = new Start(context, server, log);
  const chat = new Chat(jobs);
  const surface: Surface = new Surface(context, chat, (message) => heard(message));
  const ask = new Ask(start, server, jobs, chat, surface);
  const heard = actions(ask, chat, jobs, server, log);
  const reviews = new Reviews(send);
  const lenses = new Lenses(reviews, {
    accept: commands.acceptHere,
    reject: commands.rejectHere,
    show: commands.review,
  });

  server.attach({
    job: (event) => jobs.saw(event),
    key: (request) => keys.answer(request),
    chosen: (command, argument) => ask.chosen(command, argument),
    lost: () => {
      jobs.lost();
      chat.lost();
      void reviews.lost();
    },
  });

  const again = (job: Job) => (chat.holds(job) ? chat.again(job.tag) : jobs.again(job));
  const show = (job: string) => send("kimi.show", { job, what: "reply" });
  jobs.onEnd((ended) => {
    if (ended.outcome.hunks && !ended.outcome.applied) {
      void reviews.begin(ended.job, ended.outcome);
      return;
    }
    const { job: held, hunks } = ended.job.argument;
    if (ended.outcome.applied && held) void reviews.taken(held, hunks);
    void open(ended);
    const seen = chat.holds(ended.job) && surface.visible;
    if (!seen) void tell(ended, (job) => again(job), show);
  });

  context.subscriptions.push(
    log,
    server,
    surface,
    reviews,
    new Status(server, jobs),
    progress(jobs, (job) => chat.holds(job) && surface.visible),
    inCode((purpose, picture, place) => ask.attach(purpose, picture, ways(place))),
    vscode.window.registerWebviewViewProvider(view, surface),
    vscode.languages.registerHoverProvider({ language: "*" }, hover),
    vscode.languages.registerCodeLensProvider(
      [...schemes, proposalScheme].map((scheme) => ({ scheme })),
      lenses,
    ),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration("kimi") || server.state === "idle") return;
      void (settings.needsRestart(event) ? server.restart() : server.configure());
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      if (server.state === "running") void server.restart();
    }),
  );

  // A running server goes on with the key it was given.
  const learnKeys = () => (server.state === "running" ? server.restart() : undefined);
  const run: Record<string, (...given: never[]) => unknown> = {
    [commands.explain]: (given?: unknown) => ask.explain(given),
    [commands.fix]: (given?: unknown) => ask.fix(given),
    [commands.change]: (given?: unknown) => ask.change(given),
    [commands.ask]: () => ask.question(),
    [commands.component]: (given?: unknown) => ask.picture("component", given),
    [commands.visualFix]: () => ask.picture("visualFix"),
    [commands.stop]: () => jobs.stop(),
    [commands.menu]: () => menu(server, jobs),
    [commands.model]: () => chooseModel(server),
    [commands.thinking]: () => chooseThinking(),
    [commands.usage]: async () => ((await start.ready()) ? showUsage(server) : undefined),
    [commands.setKey]: async () => {
      const given = (await keys.ask()) !== undefined;
      // Who gives a key is done with trying without one.
      if (given) await (server.offline ? start.offline(false) : learnKeys());
      return given;
    },
    [commands.forgetKeys]: async () => {
      await keys.forget();
      await learnKeys();
    },
    [commands.install]: () => start.install(),
    [commands.tryOffline]: () => start.offline(true),
    [commands.goOnline]: () => start.offline(false),
    [commands.openSample]: () => start.sample(),
    [commands.walkthrough]: () => start.walkthrough(),
    [commands.restart]: () => server.restart(),
    [commands.showLog]: () => log.show(),
    [commands.copyDiagnostics]: async () => {
      const text = report(context.extension, server, keys, settings);
      await vscode.env.clipboard.writeText(text);
      void vscode.window.showInformationMessage(vscode.l10n.t("The diagnostics are copied."));
    },
    [commands.openBeside]: () => surface.beside(),
    [commands.newConversation]: () => chat.startNew(),
    [commands.review]: ({ review }: Chosen) => reviews.show(review),
    [commands.acceptHere]: (given?: Chosen) => {
      const chosen = isChosen(given) ? given : reviews.here();
      return chosen && reviews.accept(chosen.review, [chosen.id]);
    },
    [commands.rejectHere]: (given?: Chosen) => {
      const chosen = isChosen(given) ? given : reviews.here();
      return chosen && reviews.reject(chosen.review, [chosen.id]);
    },
    [commands.acceptAll]: () => {
      const review = reviews.current();
      return review && reviews.accept(review);
    },
    [commands.rejectAll]: () => {
      const review = reviews.current();
      return review && reviews.reject(review);
    },
  };
  for (const [name, work] of Object.entries(run)) {
    context.subscriptions.push(vscode.commands.registerCommand(name, work));
  }

  // Nothing runs until a text is used.
  const use = (document: vscode.TextDocument) => {
    if (schemes.has(document.uri.scheme) && server.state === "idle") void start.quietly();
  };
  vscode.workspace.textDocuments.forEach(use);
  context.subscriptions.push(vscode.workspace.onDidOpenTextDocument(use));
}

export async function deactivate(): Promise<void> {
  await connection?.stop();
}

/** A title bar gives its commands the document; a lens gives the change it stands above. */
function isChosen(given: unknown): given is Chosen {
  return typeof given === "object" && given !== null && "review" in given;
}
