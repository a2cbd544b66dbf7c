// A picture as it is shown before and after it is sent: small, with its size.
import type { Picture } from "../view/messages";
import { button, element, filled, words } from "./page";

const KILO = 1024;

/** An entry of a list of pictures; with `remove`, one that can be taken out. */
export function pictureItem(picture: Picture, remove?: () => void): HTMLLIElement {
  const item = element("li");
  const about = element("span", "about", picture.label);
  if (picture.dataUrl) {
    const image = element("img");
    image.alt = picture.label;
    image.addEventListener("load", () => {
      const size = `${image.naturalWidth} × ${image.naturalHeight}`;
      about.textContent = [picture.label, size, kilobytes(picture.bytes)]
        .filter(Boolean)
        .join(", ");
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

function kilobytes(bytes: number | undefined): string {
  return bytes ? `${Math.max(1, Math.round(bytes / KILO))} KB` : "";
}
