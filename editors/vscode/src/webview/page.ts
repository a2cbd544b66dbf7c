// The elements of the page, and the words on them.
import type { Words } from "../view/messages";

export const words = JSON.parse(document.body.dataset.words ?? "{}") as Words;

/** An element of the page that is always there. */
export function byId<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${id}`);
  return found;
}

export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  className = "",
  text = "",
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

export function button(text: string, press: () => void): HTMLButtonElement {
  const made = element("button", "quiet", text);
  made.type = "button";
  made.addEventListener("click", press);
  return made;
}

/** Say something to people who do not see the page. */
export function announce(text: string): void {
  byId("status", HTMLElement).textContent = text;
}

export function filled(template: string, value: string): string {
  return template.replace("{0}", value);
}
