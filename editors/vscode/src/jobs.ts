// The jobs of the server, from the command that asks for one to its end.
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { Argument, JobEvent, Outcome } from "./protocol";

/** A job that this extension asked for. `id` is the server's, once it has begun. */
export interface Job {
  tag: string;
  command: string;
  argument: Argument;
  id?: string;
  message: string;
  /** The editor asks its person whether the edit is to be made. */
  asks?: boolean;
  /** Stopped before the server said which job it is. */
  stopped?: boolean;
}

/** Who sends a command to the server, and answers what the server answers. */
export type Send = (command: string, argument: Argument) => Promise<unknown>;

export interface Delta {
  job: Job;
  kind: "reasoning" | "text";
  text: string;
  /** It begins another answer, in place of the one so far. */
  fresh: boolean;
}

export interface Ended {
  job: Job;
  outcome: Outcome;
}

export class Jobs {
  private readonly running = new Map<string, Job>();
  private readonly byId = new Map<string, Job>();
  private readonly changes = new vscode.EventEmitter<void>();
  private readonly deltas = new vscode.EventEmitter<Delta>();
  private readonly ends = new vscode.EventEmitter<Ended>();

  /** A job began, said what it does, or ended. */
  readonly onDidChange = this.changes.event;
  readonly onDelta = this.deltas.event;
  readonly onEnd = this.ends.event;

  constructor(private readonly send: Send) {}

  list(): readonly Job[] {
    return [...this.running.values()];
  }

  /** Ask for a job. Its end is always told, also where the server could not be asked. */
  start(command: string, argument: Argument): Job {
    const tag = randomUUID();
    const job: Job = { tag, command, argument, message: "" };
    this.running.set(tag, job);
    this.changes.fire();
    this.send(command, { ...argument, tag, wait: false }).then(
      (answer) => {
        if (!isStarted(answer)) this.end(job, failed(vscode.l10n.t("There was no answer.")));
      },
      (error: unknown) => this.end(job, failed(said(error))),
    );
    return job;
  }

  /** Ask for the same again. */
  again(job: Job): Job {
    return this.start(job.command, job.argument);
  }

  /** Stop a job, or all. */
  async stop(job?: Job): Promise<void> {
    const chosen = job ? [job] : this.list();
    await Promise.all(
      chosen.map(async (one) => {
        one.stopped = true;
        if (one.id) await this.send("kimi.cancel", { job: one.id }).catch(() => undefined);
      }),
    );
  }

  /** The server is gone, and with it whatever it was doing. */
  lost(): void {
    const message = vscode.l10n.t("Kimi's server ended before the answer did. Ask again.");
    for (const job of this.list()) this.end(job, failed(message));
  }

  /** Take one event of the server. */
  saw(event: JobEvent): void {
    if (event.event === "begin") {
      const job = event.tag ? this.running.get(event.tag) : undefined;
      if (!job) return;
      job.id = event.job;
      this.byId.set(event.job, job);
      if (job.stopped) void this.stop(job);
      this.changes.fire();
      return;
    }
    const job = this.byId.get(event.job);
    if (!job) return;
    switch (event.event) {
      case "report":
        job.message = event.message;
        job.asks = event.consent ?? false;
        this.changes.fire();
        break;
      case "end":
        this.end(job, event);
        break;
      default:
        this.deltas.fire({
          job,
          kind: event.event,
          text: event.delta,
          fresh: event.fresh ?? false,
        });
    }
  }

  private end(job: Job, outcome: Outcome): void {
    if (!this.running.delete(job.tag)) return;
    if (job.id) this.byId.delete(job.id);
    this.changes.fire();
    this.ends.fire({ job, outcome });
  }
}

function isStarted(answer: unknown): answer is { job: string } {
  return typeof answer === "object" && answer !== null && "job" in answer;
}

function failed(message: string): Outcome {
  return { state: "failed", reason: "internal", message };
}

/** An error in a person's words. */
export function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
