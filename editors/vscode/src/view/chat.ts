// The conversations of this session, and what is being asked next.
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { Job, Jobs } from "../jobs";
import { remedies, type Remedy } from "../outcome";
import { named } from "../place";
import type { Argument, Check, Outcome } from "../protocol";
import { receipt } from "../words";
import { Drafted } from "./drafted";
import type { Conversation, Picture, ToView, Turn } from "./messages";
import { sights } from "./sights";

const KEPT = 20;
const TITLE = 60;

/** Commands whose answer is code for a file. */
const CODE = new Set(["kimi.component", "kimi.visualFix"]);

interface Kept extends Conversation {
  /** The server's name of it, once it has answered; gone when the server goes. */
  server: string | undefined;
}

export class Chat {
  private readonly conversations: Kept[] = [];
  private current = this.fresh();
  private readonly remediesOf = new Map<string, Remedy[]>();
  private readonly jobOf = new Map<string, Job>();
  private readonly checks = new Map<string, Check>();
  private readonly messages = new vscode.EventEmitter<ToView>();
  private drafted = new Drafted();

  /** What a view has to show anew. */
  readonly onMessage = this.messages.event;

  constructor(private readonly jobs: Jobs) {
    jobs.onDelta(({ job, kind, text, fresh }) => {
      const turn = this.turn(job.tag);
      if (!turn) return;
      if (fresh) turn.reasoning = turn.text = "";
      turn[kind] += text;
      this.messages.fire({ type: "delta", turn: turn.id, kind, text, fresh });
    });
    jobs.onDidChange(() => {
      for (const job of jobs.list()) {
        const turn = this.turn(job.tag);
        if (!turn || turn.note === job.message) continue;
        turn.note = job.message;
        this.messages.fire({ type: "note", turn: turn.id, note: turn.note });
      }
    });
    jobs.onEnd(({ job, outcome }) => this.ended(job, outcome));
  }

  /** What is asked next. */
  get next(): Drafted {
    return this.drafted;
  }

  /** Everything a view shows. */
  whole(): ToView {
    const history = [...this.conversations].reverse().map(({ id, title }) => ({ id, title }));
    return { type: "whole", conversation: this.current, history, draft: this.drafted.shown };
  }

  /** What is asked where a picture says it all; undefined for every other command. */
  words(command: string): string | undefined {
    if (command === "kimi.component") return vscode.l10n.t("Component from this picture");
    return command === "kimi.visualFix" ? vscode.l10n.t("Fix how it looks") : undefined;
  }

  /** Whether a job is shown here. */
  holds(job: Job): boolean {
    return this.turn(job.tag) !== undefined;
  }

  jobOfTurn(id: string): Job | undefined {
    return this.jobOf.get(id);
  }

  /** What was verified of an answer. */
  checkOfTurn(id: string): Check | undefined {
    return this.checks.get(id);
  }

  /** Ask something new: an explanation, or a question from a menu. */
  begin(command: string, argument: Argument, question: string): Job {
    this.open(this.fresh());
    return this.add(command, argument, question, []);
  }

  /** Ask what is drafted, in the conversation that is shown. */
  ask(text: string): Job | undefined {
    const { purpose, images, seen, about = this.lostPlace() } = this.drafted;
    if (purpose === "ask" && !text) return undefined;
    const shared: Argument = { ...about, ...images };
    this.draft(new Drafted());
    if (purpose !== "ask") {
      const argument = { ...shared, ...(text ? { instruction: text } : {}) };
      const command = `kimi.${purpose}`;
      return this.add(command, argument, text || (this.words(command) ?? ""), seen);
    }
    if (this.current.turns.length && !this.current.server) this.open(this.fresh());
    const conversation = this.current.server;
    const argument = { ...shared, text, ...(conversation ? { conversation } : {}) };
    return this.add("kimi.ask", argument, text, seen);
  }

  /** Ask once more what did not come to a good end. */
  again(id: string): void {
    const job = this.jobOf.get(id);
    const conversation = this.conversations.find((one) => one.turns.some((turn) => turn.id === id));
    const turn = this.turn(id);
    if (!job || !turn || !conversation) return;
    this.current = conversation;
    this.add(job.command, job.argument, turn.question, turn.pictures);
  }

  /** Do what mends a turn, by the number of its button. */
  mend(id: string, remedy: number): unknown {
    return this.remediesOf.get(id)?.[remedy]?.go();
  }

  /** Change what is asked next. */
  draft(next: Drafted): void {
    this.drafted = next;
    this.messages.fire({ type: "draft", draft: this.drafted.shown });
  }

  choose(id: string): void {
    const chosen = this.conversations.find((one) => one.id === id);
    if (chosen) this.open(chosen);
  }

  startNew(): void {
    this.drafted = new Drafted();
    this.open(this.fresh());
  }

  focus(): void {
    this.messages.fire({ type: "focus" });
  }

  /** The server is gone, and what it knew with it. */
  lost(): void {
    for (const one of this.conversations) one.server = undefined;
  }

  /** The code the last turn was about, where the server knows nothing of it: one that was stopped. */
  private lostPlace(): Argument | undefined {
    const last = this.current.turns.at(-1);
    if (!last || last.code || this.current.server) return undefined;
    const { uri, range, version } = this.jobOf.get(last.id)?.argument ?? {};
    if (!uri) return undefined;
    return { uri, ...(range ? { range } : {}), ...(version === undefined ? {} : { version }) };
  }

  private add(command: string, argument: Argument, question: string, pictures: Picture[]): Job {
    const conversation = this.current;
    if (!this.conversations.includes(conversation)) {
      this.conversations.push(conversation);
      if (this.conversations.length > KEPT) this.conversations.shift();
    }
    conversation.title ||= question.replace(/\s+/g, " ").slice(0, TITLE);
    const job = this.jobs.start(command, argument);
    conversation.turns.push({
      id: job.tag,
      question,
      place: argument.uri ? named(argument.uri, argument.range) : "",
      pictures,
      reasoning: "",
      text: "",
      code: CODE.has(command),
      sights: [],
      state: "running",
      note: "",
      receipt: "",
      remedies: [],
    });
    this.jobOf.set(job.tag, job);
    this.messages.fire(this.whole());
    return job;
  }

  private ended(job: Job, outcome: Outcome): void {
    const conversation = this.conversations.find((one) =>
      one.turns.some((turn) => turn.id === job.tag),
    );
    const turn = this.turn(job.tag);
    if (!conversation || !turn) return;
    conversation.server = outcome.conversation ?? conversation.server;
    turn.state = outcome.state;
    turn.text = outcome.text ?? turn.text;
    turn.note = outcome.message ?? outcome.check?.why ?? "";
    turn.receipt = receipt(outcome);
    const mends = outcome.state === "failed" ? remedies(outcome, () => this.again(turn.id)) : [];
    turn.remedies = mends.map((one) => one.title);
    this.remediesOf.set(turn.id, mends);
    this.messages.fire({ type: "turn", turn });
    if (outcome.check) void this.look(turn, outcome.check);
  }

  /** Show what was seen of an answer. */
  private async look(turn: Turn, check: Check): Promise<void> {
    this.checks.set(turn.id, check);
    turn.sights = await sights(check);
    if (turn.sights.length) this.messages.fire({ type: "turn", turn });
  }

  private turn(id: string): Turn | undefined {
    for (const { turns } of this.conversations) {
      const found = turns.find((one) => one.id === id);
      if (found) return found;
    }
    return undefined;
  }

  private open(conversation: Kept): void {
    this.current = conversation;
    this.messages.fire(this.whole());
  }

  private fresh(): Kept {
    return { id: randomUUID(), title: "", turns: [], server: undefined };
  }
}
