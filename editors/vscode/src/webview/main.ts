// The script of the Kimi view: shows what the extension sends, sends what its person does.
import type { Conversation, FromView, ToView } from "../view/messages";
import { Composer } from "./composer";
import { announce, button, byId, element, words } from "./page";
import { TurnElement } from "./turn";

interface Api {
  postMessage(message: FromView): void;
  getState(): { typed?: string } | undefined;
  setState(state: { typed: string }): void;
}

declare function acquireVsCodeApi(): Api;

const NEAR_END = 40;

const api = acquireVsCodeApi();
const post = (message: FromView) => api.postMessage(message);
const log = byId("log", HTMLElement);
const history = byId("history", HTMLSelectElement);
let turns: TurnElement[] = [];

const composer = new Composer(
  post,
  () => {
    for (const turn of turns) if (turn.running) post({ type: "stop", turn: turn.id });
  },
  (typed) => api.setState({ typed }),
);
composer.restore(api.getState()?.typed ?? "");

/** Change the log, and stay at its end where its reader was. */
function following(change: () => void): void {
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END;
  change();
  if (atEnd) requestAnimationFrame(() => (log.scrollTop = log.scrollHeight));
}

/** What is seen before anything was asked. */
function welcome(): HTMLElement {
  const made = element("div", "empty");
  const run = (text: string, command: "explain" | "component" | "walkthrough") =>
    button(text, () => post({ type: "run", command }));
  made.append(
    element("p", "", words.empty),
    run(words.explain, "explain"),
    run(words.picture, "component"),
    run(words.start, "walkthrough"),
  );
  return made;
}

function showConversation(conversation: Conversation): void {
  turns = conversation.turns.map((turn) => new TurnElement(turn, post));
  log.replaceChildren(...(turns.length ? turns.map((turn) => turn.root) : [welcome()]));
  log.scrollTop = log.scrollHeight;
  showState();
}

function showHistory(current: Conversation, kept: { id: string; title: string }[]): void {
  const options = kept.map(({ id, title }) => new Option(title, id, false, id === current.id));
  if (!kept.some((one) => one.id === current.id)) {
    options.unshift(new Option(words.new, "", true, true));
  }
  history.replaceChildren(...options);
  history.hidden = kept.length === 0;
}

function showState(): void {
  const running = turns.some((turn) => turn.running);
  composer.busy(running);
  announce(running ? words.answering : turns.length ? words.done : "");
}

const find = (id: string) => turns.find((turn) => turn.id === id);

/** Make a change; where it takes away what has the focus, the question has it next. */
function keepingFocus(change: () => void): void {
  const held = document.activeElement;
  change();
  if (!held || held === document.body || held.checkVisibility()) return;
  const now = document.activeElement;
  if (now === held || now === document.body) composer.focus();
}

function heard(data: ToView): void {
  switch (data.type) {
    case "whole":
      showConversation(data.conversation);
      showHistory(data.conversation, data.history);
      composer.show(data.draft);
      break;
    case "turn":
      following(() => find(data.turn.id)?.set(data.turn));
      showState();
      break;
    case "delta":
      following(() => find(data.turn)?.grow(data.kind, data.text, data.fresh));
      break;
    case "note":
      find(data.turn)?.tell(data.note);
      break;
    case "draft":
      composer.show(data.draft);
      break;
    case "focus":
      composer.focus();
  }
}

addEventListener("message", ({ data }: MessageEvent<ToView>) => keepingFocus(() => heard(data)));

history.addEventListener("change", () => {
  if (history.value) post({ type: "choose", conversation: history.value });
});
addEventListener("securitypolicyviolation", ({ violatedDirective }) => {
  post({ type: "blocked", directive: violatedDirective });
});
post({ type: "ready" });
