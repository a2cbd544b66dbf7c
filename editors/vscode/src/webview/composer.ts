// Where the next question is written, with its pictures.
import type { Draft, Purpose } from "../view/messages";
import { button, byId, element, words } from "./page";
import { pictureItem } from "./picture";
import type { Post } from "./turn";

const placeholders: Record<Purpose, string> = {
  ask: words.placeholder,
  component: words.componentPlaceholder,
  visualFix: words.visualFixPlaceholder,
};

export class Composer {
  private readonly form = byId("composer", HTMLFormElement);
  private readonly question = byId("question", HTMLTextAreaElement);
  private readonly send = byId("send", HTMLButtonElement);
  private readonly halt = byId("stop", HTMLButtonElement);
  private purpose: Purpose = "ask";

  constructor(
    private readonly post: Post,
    stop: () => void,
    private readonly typed: (text: string) => void,
  ) {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.question.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.submit();
    });
    this.question.addEventListener("input", () => this.typed(this.question.value));
    this.halt.addEventListener("click", stop);
    this.pictures();
  }

  /** What was typed before the view was hidden. */
  restore(text: string): void {
    this.question.value = text;
  }

  focus(): void {
    this.question.focus();
  }

  busy(running: boolean): void {
    this.send.disabled = running;
    this.halt.hidden = !running;
  }

  show(draft: Draft): void {
    this.purpose = draft.purpose;
    this.send.textContent = words[draft.purpose];
    this.question.placeholder = placeholders[draft.purpose];
    this.place(draft);
    const items = draft.pictures.map((picture) =>
      pictureItem(picture, () => this.post({ type: "remove", picture: picture.id })),
    );
    byId("pictures", HTMLElement).replaceChildren(...items);
    byId("estimate", HTMLElement).textContent = draft.estimate;
  }

  /** What it is about, or a choice of where it goes. */
  private place({ ways, way }: Draft): void {
    const place = byId("place", HTMLElement);
    place.hidden = ways.length === 0;
    const drop = button("×", () => this.post({ type: "forget" }));
    drop.setAttribute("aria-label", words.dropPlace);
    drop.title = words.dropPlace;
    if (ways.length < 2) {
      place.replaceChildren(...ways, " ", drop);
      return;
    }
    const choice = element("select");
    choice.setAttribute("aria-label", words.where);
    choice.append(...ways.map((label, index) => new Option(label, String(index))));
    choice.selectedIndex = way;
    choice.addEventListener("change", () => {
      this.post({ type: "way", way: choice.selectedIndex });
    });
    const held = place.contains(document.activeElement);
    place.replaceChildren(choice, " ", drop);
    if (held) choice.focus();
  }

  private submit(): void {
    const text = this.question.value.trim();
    if (this.send.disabled || (this.purpose === "ask" && !text)) return;
    this.question.value = "";
    this.typed("");
    this.post({ type: "ask", text });
  }

  private pictures(): void {
    const file = byId("file", HTMLInputElement);
    byId("attach", HTMLElement).addEventListener("click", () => file.click());
    file.addEventListener("change", () => {
      this.take(file.files);
      file.value = "";
    });
    addEventListener("paste", (event) => {
      if (this.take(event.clipboardData?.files)) event.preventDefault();
    });
    addEventListener("dragover", (event) => event.preventDefault());
    addEventListener("drop", (event) => {
      event.preventDefault();
      this.take(event.dataTransfer?.files);
    });
  }

  /** Take the pictures among some files; whether there was one. */
  private take(files: FileList | null | undefined): boolean {
    const pictures = [...(files ?? [])].filter((file) => file.type.startsWith("image/"));
    for (const picture of pictures) {
      const reader = new FileReader();
      reader.addEventListener("load", () => {
        const dataUrl = reader.result as string;
        this.post({ type: "attach", label: picture.name, dataUrl });
      });
      reader.readAsDataURL(picture);
    }
    return pictures.length > 0;
  }
}
