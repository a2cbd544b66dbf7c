// What the extension and its view say to each other. The view holds nothing of its own but what is
// being typed: everything it shows comes from here, so it can go away and come back.

export type Purpose = "ask" | "component" | "visualFix";

export interface Picture {
  id: string;
  /** A file's name, an address, or where else it comes from. */
  label: string;
  /** Absent where the server fetches it. */
  dataUrl?: string;
  bytes?: number;
  /** What it shows, where there are several kinds. */
  role?: string;
}

export interface Draft {
  purpose: Purpose;
  /** What it may be for or about, as people name it, and which is chosen. */
  ways: string[];
  way: number;
  pictures: Picture[];
  /** What sending it may take. */
  estimate: string;
}

/** A picture of how something looked, looks or should look. */
export interface Sight {
  name: "target" | "was" | "result";
  caption: string;
  dataUrl: string;
}

export type TurnState = "running" | "done" | "refused" | "failed" | "cancelled";

export interface Turn {
  id: string;
  question: string;
  place: string;
  pictures: Picture[];
  reasoning: string;
  text: string;
  /** Whether the answer is code for a file, and not for reading. */
  code: boolean;
  sights: Sight[];
  state: TurnState;
  /** What is happening, or why it ended as it did. */
  note: string;
  /** Model, tokens and cost. */
  receipt: string;
  /** The buttons that mend what went wrong. */
  remedies: string[];
}

export interface Conversation {
  id: string;
  title: string;
  turns: Turn[];
}

export type ToView =
  | {
      type: "whole";
      conversation: Conversation;
      history: { id: string; title: string }[];
      draft: Draft;
    }
  | { type: "turn"; turn: Turn }
  | { type: "delta"; turn: string; kind: "reasoning" | "text"; text: string; fresh: boolean }
  | { type: "note"; turn: string; note: string }
  | { type: "draft"; draft: Draft }
  | { type: "focus" };

export type FromView =
  | { type: "ready" | "new" | "forget" }
  | { type: "run"; command: "explain" | "component" | "walkthrough" }
  | { type: "ask"; text: string }
  | { type: "stop" | "again" | "open" | "reply"; turn: string }
  | { type: "mend"; turn: string; remedy: number }
  | { type: "copy"; text: string }
  | { type: "insert"; text: string }
  | { type: "look"; turn: string; sight?: Sight["name"] }
  | { type: "apply"; turn: string; block: number }
  | { type: "way"; way: number }
  | { type: "choose"; conversation: string }
  | { type: "attach"; label: string; dataUrl: string }
  | { type: "remove"; picture: string }
  | { type: "blocked"; directive: string };

/** The words of the view, in the person's language. */
export type Words = Record<
  | "title"
  | "you"
  | "kimi"
  | "question"
  | "placeholder"
  | "componentPlaceholder"
  | "visualFixPlaceholder"
  | "ask"
  | "component"
  | "visualFix"
  | "stop"
  | "again"
  | "reply"
  | "copy"
  | "copied"
  | "insert"
  | "apply"
  | "reasoning"
  | "code"
  | "sights"
  | "enlarge"
  | "compare"
  | "attach"
  | "remove"
  | "pictures"
  | "history"
  | "new"
  | "empty"
  | "explain"
  | "picture"
  | "start"
  | "answering"
  | "done"
  | "about"
  | "dropPlace"
  | "where"
  | "answers",
  string
>;
