// Edits that wait for their person: shown beside the file as it is, and taken change by change. The
// server makes each, in the text as it is then.
import * as vscode from "vscode";
import type { Job, Send } from "../jobs";
import { said } from "../jobs";
import { contexts, proposalScheme } from "../names";
import type { Hunk, Outcome } from "../protocol";
import { lineChange, moved, nearest, proposed, waiting, type Waiting } from "./hunks";

/** What waits for one file. */
export interface Review {
  job: string;
  uri: vscode.Uri;
  /** The document that shows the file with every change that still waits. */
  proposal: vscode.Uri;
  hunks: Waiting[];
  operation: Hunk["operation"];
  newUri: string | undefined;
}

export class Reviews implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly waiting = new Map<string, Review>();
  private readonly changes = new vscode.EventEmitter<vscode.Uri>();
  private readonly listening: vscode.Disposable[];

  readonly onDidChange = this.changes.event;

  constructor(private readonly send: Send) {
    this.listening = [
      vscode.workspace.registerTextDocumentContentProvider(proposalScheme, this),
      vscode.workspace.onDidChangeTextDocument((event) => this.follow(event)),
      vscode.workspace.onDidCloseTextDocument((document) => this.closed(document)),
    ];
  }

  dispose(): void {
    vscode.Disposable.from(...this.listening, this.changes).dispose();
  }

  /** Show a held edit; nothing is changed until its person accepts. */
  async begin(job: Job, outcome: Outcome): Promise<void> {
    const { id } = job;
    if (!id) return;
    const reviews = [...byFile(outcome.hunks ?? [])].map(([name, hunks]): Review => {
      const uri = vscode.Uri.parse(name);
      const { operation, newUri } = hunks[0] ?? {};
      const proposal = uri.with({ scheme: proposalScheme, authority: "", query: id });
      return { job: id, uri, proposal, hunks: hunks.map(waiting), operation, newUri };
    });
    // The first is that of the file they asked about, and is shown last so that it is before them.
    for (const review of reviews.reverse()) {
      this.waiting.set(review.proposal.toString(), review);
      await this.told(review);
      await this.show(review);
    }
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    // A file that is to be made is compared with nothing.
    const review = this.waiting.get(uri.toString());
    return review ? this.proposed(review).text : "";
  }

  /** The reviews of a document, of either side. */
  of(uri: vscode.Uri): Review[] {
    const name = uri.toString();
    return [...this.waiting.values()].filter(
      (one) => one.uri.toString() === name || one.proposal.toString() === name,
    );
  }

  /** Where the changes begin and end in the text with them made. */
  places(review: Review): { id: string; first: number; last: number }[] {
    return [...this.proposed(review).places].map(([id, place]) => ({ id, ...place }));
  }

  async show(review: Review): Promise<void> {
    const names = [review.uri, ...(review.newUri ? [vscode.Uri.parse(review.newUri)] : [])];
    const name = names.map((uri) => vscode.workspace.asRelativePath(uri)).join(" → ");
    const title = vscode.l10n.t("Kimi proposes: {0}", name);
    if (review.operation !== "create") await vscode.workspace.openTextDocument(review.uri);
    const none = review.proposal.with({ query: "", fragment: "none" });
    const left = review.operation === "create" ? none : review.uri;
    const options = { preview: false };
    await vscode.commands.executeCommand("vscode.diff", left, review.proposal, title, options);
  }

  /** The change at the cursor, or the one nearest to it. */
  here(): { review: Review; id: string } | undefined {
    const editor = vscode.window.activeTextEditor;
    if (!editor) return undefined;
    const { uri } = editor.document;
    const review = this.of(uri)[0];
    if (!review) return undefined;
    const right = uri.scheme === proposalScheme;
    const hunks = right ? this.places(review) : review.hunks;
    const found = nearest(hunks, editor.selection.active.line);
    return found ? { review, id: found.id } : undefined;
  }

  /** The review that is looked at, else the latest. */
  current(): Review | undefined {
    const editor = vscode.window.activeTextEditor;
    const seen = editor ? this.of(editor.document.uri) : [];
    return seen[0] ?? [...this.waiting.values()].at(-1);
  }

  /** Make changes; without ids all that wait. What cannot be made says why. */
  async accept(review: Review, ids?: string[]): Promise<void> {
    const hunks = ids ?? review.hunks.map((hunk) => hunk.id);
    let outcome: Outcome;
    try {
      const argument = { job: review.job, hunks, confirmed: true, apply: "now", wait: true };
      outcome = (await this.send("kimi.apply", argument as Parameters<Send>[1])) as Outcome;
    } catch (error) {
      outcome = { state: "failed", message: said(error) };
    }
    const gone = outcome.reason === "stale" || outcome.reason === "no_change";
    if (outcome.applied || gone) await this.drop(review, hunks);
    if (outcome.applied && review.newUri) {
      // The editor closed the comparison itself, with the old name.
      await vscode.window.showTextDocument(vscode.Uri.parse(review.newUri), { preview: false });
    }
    if (!outcome.applied && outcome.message) {
      void vscode.window.showWarningMessage(outcome.message);
    }
  }

  /** Put changes away; without ids all that wait. */
  async reject(review: Review, ids?: string[]): Promise<void> {
    await this.drop(review, ids ?? review.hunks.map((hunk) => hunk.id));
  }

  /** Changes were made from a menu of the server's; without ids all that waited. */
  async taken(job: string, ids?: string[]): Promise<void> {
    for (const review of [...this.waiting.values()].filter((one) => one.job === job)) {
      await this.drop(review, ids ?? review.hunks.map((hunk) => hunk.id));
    }
  }

  /** The server is gone, and the edits it kept with it. */
  async lost(): Promise<void> {
    for (const review of this.waiting.values()) await this.reject(review);
  }

  private async drop(review: Review, ids: string[]): Promise<void> {
    review.hunks = review.hunks.filter((hunk) => !ids.includes(hunk.id));
    if (review.hunks.length === 0) {
      this.waiting.delete(review.proposal.toString());
      await close(review);
    }
    await this.told(review);
  }

  private async told(review: Review): Promise<void> {
    this.changes.fire(review.proposal);
    const any = this.waiting.size > 0;
    await vscode.commands.executeCommand("setContext", contexts.reviewing, any);
  }

  private proposed(review: Review): ReturnType<typeof proposed> {
    if (review.operation === "delete") return { text: "", places: new Map() };
    const name = review.uri.toString();
    const open = vscode.workspace.textDocuments.find((one) => one.uri.toString() === name);
    return proposed(open?.getText() ?? "", review.hunks);
  }

  private follow(event: vscode.TextDocumentChangeEvent): void {
    if (event.document.uri.scheme === proposalScheme) return;
    for (const review of this.of(event.document.uri)) {
      // Changes come from the end of the document to its beginning, each in the text before it.
      for (const change of event.contentChanges) {
        review.hunks = moved(review.hunks, lineChange(change));
      }
      this.changes.fire(review.proposal);
    }
  }

  private closed(document: vscode.TextDocument): void {
    if (document.uri.scheme === proposalScheme) return;
    for (const review of this.of(document.uri)) void this.reject(review);
  }
}

function byFile(hunks: readonly Hunk[]): Map<string, Hunk[]> {
  const files = new Map<string, Hunk[]>();
  for (const hunk of hunks) files.set(hunk.uri, [...(files.get(hunk.uri) ?? []), hunk]);
  return files;
}

/** Close the comparison, and stay at the file. */
async function close(review: Review): Promise<void> {
  const name = review.proposal.toString();
  const tabs = vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(
      ({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.toString() === name,
    );
  if (tabs.length === 0) return;
  // One that is not there, or no longer, cannot be stayed at.
  await vscode.window
    .showTextDocument(review.uri, { preview: false })
    .then(undefined, () => undefined);
  await vscode.window.tabGroups.close(tabs);
}
