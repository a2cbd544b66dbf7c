// One question with its answer, as it grows.
import type { FromView, Turn } from "../view/messages";
import { render } from "./markdown";
import { button, element, filled, words } from "./page";
import { pictureItem, sightItem } from "./picture";

export type Post = (message: FromView) => void;

export class TurnElement {
  readonly root = element("article");
  private readonly answer = element("div", "answer");
  private readonly thoughts = element("details", "thoughts");
  private readonly thought = element("p");
  private readonly folded = element("details", "code");
  private readonly sights = element("div", "sights");
  private readonly note = element("p", "note");
  private readonly foot = element("p", "foot");
  private frame = 0;

  constructor(
    private turn: Turn,
    private readonly post: Post,
  ) {
    this.root.append(this.asked());
    this.thoughts.append(element("summary", "", words.reasoning), this.thought);
    const said = element("section");
    said.setAttribute("aria-label", words.kimi);
    said.append(element("h2", "unseen", words.kimi));
    said.append(this.thoughts, this.body(), this.sights, this.note, this.foot);
    this.root.append(said);
    this.paint();
  }

  get running(): boolean {
    return this.turn.state === "running";
  }

  get id(): string {
    return this.turn.id;
  }

  /** Take more of the answer; it is painted once a frame. */
  grow(kind: "reasoning" | "text", text: string, fresh: boolean): void {
    if (fresh) this.turn.reasoning = this.turn.text = "";
    this.turn[kind] += text;
    this.frame ||= requestAnimationFrame(() => this.paint());
  }

  tell(note: string): void {
    this.turn.note = note;
    this.note.textContent = note;
  }

  set(turn: Turn): void {
    this.turn = turn;
    this.paint();
  }

  private paint(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const { turn } = this;
    this.root.dataset.state = turn.state;
    this.root.setAttribute("aria-busy", String(this.running));
    this.thoughts.hidden = turn.reasoning === "";
    this.thought.textContent = turn.reasoning;
    this.folded.hidden = turn.text === "";
    this.answer.innerHTML = render(turn.text);
    this.sights.replaceChildren(...this.seen());
    this.note.textContent = turn.note;
    this.foot.replaceChildren(...this.ending());
    // Half a block is nothing to apply.
    if (!this.running) this.tools();
  }

  /** Where the answer stands; code that goes to a file is folded away. */
  private body(): HTMLElement {
    if (!this.turn.code) return this.answer;
    this.folded.append(element("summary", "", words.code), this.answer);
    return this.folded;
  }

  /** The pictures beside each other, and a way to see them large. */
  private seen(): Node[] {
    const { turn, post } = this;
    if (turn.sights.length === 0) return [];
    const list = element("ul");
    list.setAttribute("aria-label", words.sights);
    list.append(
      ...turn.sights.map((sight) =>
        sightItem(sight, () => post({ type: "look", turn: turn.id, sight: sight.name })),
      ),
    );
    const both = button(words.compare, () => post({ type: "look", turn: turn.id }));
    return turn.sights.length > 1 ? [list, both] : [list];
  }

  private asked(): HTMLElement {
    const { turn } = this;
    const made = element("section", "asked");
    made.append(element("h2", "unseen", words.you), element("p", "", turn.question));
    if (turn.place) {
      const open = button(filled(words.about, turn.place), () =>
        this.post({ type: "open", turn: turn.id }),
      );
      open.classList.add("link");
      made.append(open);
    }
    if (turn.pictures.length) {
      const list = element("ul", "pictures");
      list.setAttribute("aria-label", words.pictures);
      list.append(...turn.pictures.map((picture) => pictureItem(picture)));
      made.append(list);
    }
    return made;
  }

  private ending(): Node[] {
    const { turn, post } = this;
    const made: Node[] = turn.receipt ? [element("span", "receipt", turn.receipt)] : [];
    if (turn.state === "running" || turn.state === "done") return made;
    turn.remedies.forEach((title, remedy) => {
      made.push(button(title, () => post({ type: "mend", turn: turn.id, remedy })));
    });
    made.push(button(words.again, () => post({ type: "again", turn: turn.id })));
    if (turn.state === "refused" && turn.text) {
      made.push(button(words.reply, () => post({ type: "reply", turn: turn.id })));
    }
    return made;
  }

  private tools(): void {
    const blocks = this.answer.querySelectorAll<HTMLElement>("pre.fence");
    blocks.forEach((block, index) => {
      const text = block.textContent;
      const bar = element("div", "tools");
      bar.append(
        button(words.copy, () => this.post({ type: "copy", text })),
        button(words.insert, () => this.post({ type: "insert", text })),
        button(words.apply, () => {
          this.post({ type: "apply", turn: this.turn.id, block: index + 1 });
        }),
      );
      block.tabIndex = 0;
      block.after(bar);
    });
  }
}
