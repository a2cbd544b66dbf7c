// The conversations of this session, and what is being asked next.
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { Job, Jobs } from "../jobs";
import { named } from "../place";
import type { Argument, Image, Outcome } from "../protocol";
import { receipt } from "../words";
import type { Conversation, Draft, Picture, Purpose, ToView, Turn } from "./messages";

const KEPT = 20;
const TITLE = 60;

interface Kept extends Conversation {
  /** The server's name of it, once it has answered; gone when the server goes. */
  server: string | undefined;
}

/** A picture on its way: what the view shows of it, and how the server gets it. */
export interface Attached extends Picture {
  image: Image;
}

export interface Next {
  purpose: Purpose;
  about: Argument | undefined;
  pictures: Attached[];
  estimate: string;
}

const nothing = (): Next => ({ purpose: "ask", about: undefined, pictures: [], estimate: "" });

export class Chat {
  private readonly conversations: Kept[] = [];
  private current = this.fresh();
  private readonly jobOf = new Map<string, Job>();
  private readonly messages = new vscode.EventEmitter<ToView>();
  private drafted = nothing();

  /** What a view has to show anew. */
  readonly onMessage = this.messages.event;

  constructor(private readonly jobs: Jobs) {
    jobs.onDelta(({ job, kind, text }) => {
      const turn = this.turn(job.tag);
      if (!turn) return;
      turn[kind] += text;
      this.messages.fire({ type: "delta", turn: turn.id, kind, text });
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

  get next(): Readonly<Next> {
    return this.drafted;
  }

  /** Everything a view shows. */
  whole(): ToView {
    const history = [...this.conversations].reverse().map(({ id, title }) => ({ id, title }));
    return { type: "whole", conversation: this.current, history, draft: this.draft() };
  }

  /** Whether a job is shown here. */
  holds(job: Job): boolean {
    return this.turn(job.tag) !== undefined;
  }

  jobOfTurn(id: string): Job | undefined {
    return this.jobOf.get(id);
  }

  /** Ask something new: an explanation, or a question from a menu. */
  begin(command: string, argument: Argument, question: string): Job {
    this.open(this.fresh());
    return this.add(command, argument, question, []);
  }

  /** Ask what is drafted, in the conversation that is shown. */
  ask(text: string): Job | undefined {
    const { purpose, pictures } = this.drafted;
    const about = this.drafted.about ?? this.lostPlace();
    if (purpose === "ask" && !text) return undefined;
    const images = pictures.map((one) => one.image);
    const shared: Argument = { ...about, ...(images.length ? { images } : {}) };
    this.set(nothing());
    if (purpose !== "ask") {
      const words = {
        component: vscode.l10n.t("Component from this picture"),
        visualFix: vscode.l10n.t("Fix how it looks"),
      };
      const argument = { ...shared, ...(text ? { instruction: text } : {}) };
      return this.add(`kimi.${purpose}`, argument, text || words[purpose], pictures);
    }
    if (this.current.turns.length && !this.current.server) this.open(this.fresh());
    const conversation = this.current.server;
    const argument = { ...shared, text, ...(conversation ? { conversation } : {}) };
    return this.add("kimi.ask", argument, text, pictures);
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

  /** Change what is asked next. */
  set(change: Partial<Next>): void {
    this.drafted = { ...this.drafted, ...change };
    this.messages.fire({ type: "draft", draft: this.draft() });
  }

  choose(id: string): void {
    const chosen = this.conversations.find((one) => one.id === id);
    if (chosen) this.open(chosen);
  }

  startNew(): void {
    this.drafted = nothing();
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
    if (!last || this.current.server) return undefined;
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
      pictures: pictures.map(shown),
      reasoning: "",
      text: "",
      state: "running",
      note: "",
      receipt: "",
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
    turn.note = outcome.message ?? "";
    turn.receipt = receipt(outcome);
    this.messages.fire({ type: "turn", turn });
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

  private draft(): Draft {
    const { purpose, about, pictures, estimate } = this.drafted;
    return {
      purpose,
      place: about?.uri ? named(about.uri, about.range) : "",
      pictures: pictures.map(shown),
      estimate,
    };
  }
}

/** What a view needs of a picture. */
function shown({ id, label, dataUrl, bytes }: Picture): Picture {
  return { id, label, ...(dataUrl ? { dataUrl } : {}), ...(bytes ? { bytes } : {}) };
}
