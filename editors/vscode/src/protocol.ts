// What the server and this extension say to each other beside the standard protocol.
import type { Range, WorkspaceEdit } from "vscode-languageclient/node";

export interface Usage {
  promptTokens: number;
  cachedTokens: number;
  completionTokens: number;
  reasoningTokens: number;
  requests: number;
  usd: number | null;
}

export interface Hunk {
  id: string;
  uri: string;
  range: Range;
  newText: string;
  confirm?: string;
  /** What is done with the whole file; without it, lines of it change. */
  operation?: "create" | "rename" | "delete";
  newUri?: string;
}

export type State = "done" | "refused" | "failed" | "cancelled";

/** What was verified, and how. */
export interface Check {
  kind: string;
  score?: number;
  /** The score of a page before it was mended. */
  before?: number;
  rounds?: number;
  stop?: string;
  verified?: boolean;
  /** Why nothing was. */
  why?: string;
  /** Pictures in the server's cache, as URIs: what to come near to, and what came of it. */
  target?: string;
  was?: string;
  result?: string;
}

export interface Outcome {
  state: State;
  reason?: string;
  message?: string;
  text?: string;
  conversation?: string;
  applied?: boolean;
  edit?: WorkspaceEdit;
  hunks?: Hunk[];
  files?: string[];
  check?: Check;
  model?: string;
  usage?: Usage;
}

export interface JobIdentity {
  job: string;
  action: string;
}

export type JobEvent = JobIdentity &
  (
    | { event: "begin"; uri?: string; tag?: string }
    /** `fresh`: another answer begins, in place of the one so far. */
    | { event: "reasoning" | "text"; delta: string; fresh?: true }
    | { event: "report"; message: string; consent?: true }
    | ({ event: "end" } & Outcome)
  );

export type Image =
  { path: string } | { dataUrl: string } | { clipboard: true } | { screen: true } | { url: string };

/** The argument of any command; what each takes is checked by the server. */
export interface Argument {
  uri?: string;
  range?: Range;
  position?: { line: number; character: number };
  version?: number;
  text?: string;
  instruction?: string;
  conversation?: string;
  images?: Image[];
  target?: Image;
  job?: string;
  hunks?: string[];
  block?: number;
  confirmed?: boolean;
  apply?: "now" | "hold";
  tag?: string;
  wait?: boolean;
  preview?: boolean;
  [member: string]: unknown;
}

export interface Preview {
  url: string;
  promptTokens: number;
  usd: number | null;
  withheld: { what: string; rule: string }[];
}

export interface UsageReport {
  run: Usage;
  today: Usage;
  budget: { usdPerDay: number; usdLeft: number | null };
}

/** The models of the endpoint, and which of them `auto` is. */
export interface ModelList {
  models: { id: string }[];
  auto: string | null;
  current: string;
}

export interface KeyRequest {
  origin: string;
  refused?: boolean;
  /** Only a key that is kept; its person is not to be asked. */
  quiet?: boolean;
}
