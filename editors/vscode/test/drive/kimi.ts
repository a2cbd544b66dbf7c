/** The offline Kimi in a process of its own; what it is to answer is data. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import readline from "node:readline";

import { BIN } from "../places.ts";

/** A line of a script, as `kimi-lsp simulator --help` lists them. */
export interface Line {
  match?: { contains?: string; image?: boolean };
  reply?: { content: string; reasoning?: string; finish?: string; chunk?: number; delay?: number };
  fault?: string;
  status?: number;
  error?: object;
  times?: number;
}

interface Part {
  type: string;
  text?: string;
}

/** A chat request as it arrived. */
export interface Chat {
  messages: { role: string; content: string | Part[] }[];
  [member: string]: unknown;
}

interface Asked {
  path: string;
  body: Chat;
  /** When its client left, where it did. */
  disconnected: number | null;
}

export class Kimi {
  readonly url: string;
  private readonly child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.child = child;
    this.url = url;
  }

  static async start(...flags: string[]): Promise<Kimi> {
    const command = path.join(BIN, "kimi-lsp");
    const child = spawn(command, ["simulator", ...flags], { stdio: ["ignore", "pipe", "inherit"] });
    const lines = readline.createInterface({ input: child.stdout });
    const [first] = (await once(lines, "line", { signal: AbortSignal.timeout(30_000) })) as [
      string,
    ];
    return new Kimi(child, (JSON.parse(first) as { url: string }).url);
  }

  /** Appends a line to the script. */
  async says(line: Line): Promise<void> {
    await this.fetch("script", { method: "POST", body: JSON.stringify(line) });
  }

  /** The chat requests so far, oldest first. */
  async chats(): Promise<Chat[]> {
    return (await this.records()).map((one) => one.body);
  }

  /** The latest of them. */
  async last(): Promise<Chat> {
    const chat = (await this.chats()).at(-1);
    if (!chat) throw new Error("Kimi was asked nothing");
    return chat;
  }

  /** Which of them their client left before the end. */
  async left(): Promise<boolean[]> {
    return (await this.records()).map((one) => Boolean(one.disconnected));
  }

  /** What was asked for, oldest first. */
  async paths(): Promise<string[]> {
    return (await this.all()).map((one) => one.path);
  }

  private async records(): Promise<Asked[]> {
    return (await this.all()).filter((one) => one.path.endsWith("/chat/completions"));
  }

  private async all(): Promise<Asked[]> {
    return ((await this.fetch("requests")) as { requests: Asked[] }).requests;
  }

  async close(): Promise<void> {
    if (this.child.exitCode !== null) return;
    this.child.kill();
    await once(this.child, "exit");
  }

  private async fetch(what: string, request?: RequestInit): Promise<unknown> {
    const page = new URL(`/simulator/${what}`, this.url);
    const answer = await fetch(page, { ...request, signal: AbortSignal.timeout(10_000) });
    if (!answer.ok) throw new Error(`${page.href}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
}

/** All text of the last message of a chat request. */
export function lastText(chat: Chat): string {
  const content = chat.messages.at(-1)?.content ?? "";
  if (typeof content === "string") return content;
  return content.map((part) => part.text ?? "").join("\n");
}

/** The pictures of a chat request, as data URLs. */
export function pictures(chat: Chat): string[] {
  return JSON.stringify(chat.messages).match(/data:image\/[a-z]+;base64,[A-Za-z0-9+/=]+/g) ?? [];
}
