// A picture as it is shown before and after it is sent: small, with its size.
import type { Picture, Sight } from "../view/messages";
import { button, element, filled, words } from "./page";

const KILO = 1024;

/** An entry of a list of pictures; with `remove`, one that can be taken out. */
export function pictureItem(picture: Picture, remove?: () => void): HTMLLIElement {
  const item = element("li");
  const known = [picture.role, picture.label].filter(Boolean);
  const about = element("span", "about", known.join(", "));
  if (picture.dataUrl) {
    const image = element("img");
    image.alt = picture.label;
    image.addEventListener("load", () => {
      const size = `${image.naturalWidth} × ${image.naturalHeight}`;
      about.textContent = [...known, size, kilobytes(picture.bytes)].filter(Boolean).join(", ");
    });
    image.src = picture.dataUrl;
    item.append(image);
  }
  item.append(about);
  if (remove) {
    const cross = button("×", remove);
    cross.setAttribute("aria-label", filled(words.remove, picture.label));
    item.append(cross);
  }
  return item;
}

/** An entry of a list of pictures that are to be compared; a press shows it large. */
export function sightItem(sight: Sight, enlarge: () => void): HTMLLIElement {
  const item = element("li");
  const image = element("img");
  image.alt = sight.caption;
  image.src = sight.dataUrl;
  const open = element("button", "look");
  open.type = "button";
  open.title = filled(words.enlarge, sight.caption);
  open.append(image);
  open.addEventListener("click", enlarge);
  item.append(open, element("span", "about", sight.caption));
  return item;
}

function kilobytes(bytes: number | undefined): string {
  return bytes ? `${Math.max(1, Math.round(bytes / KILO))} KB` : "";
}
