/** A file dropped on what is seen, as from the desktop. */
import type { Locator } from "@playwright/test";

/** Drops a picture near the left end of a place, with the key held that puts it into a text. */
export async function drop(on: Locator, name: string, png: Buffer): Promise<void> {
  const file = { name, bytes: png.toString("base64") };
  await on.evaluate((target, { name, bytes }) => {
    const raw = Uint8Array.from(atob(bytes), (one) => one.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([raw], name, { type: "image/png" }));
    const { left, top, height } = target.getBoundingClientRect();
    const place = { clientX: left + 4, clientY: top + height / 2, shiftKey: true };
    for (const kind of ["dragenter", "dragover", "dragover", "drop"]) {
      const event = { ...place, dataTransfer, bubbles: true, cancelable: true };
      target.dispatchEvent(new DragEvent(kind, event));
    }
  }, file);
}
