// Pictures on their way into a question: pasted, dropped, chosen, or fetched by the server.
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { Dropped } from "./dropped";
import type { Place } from "./place";
import type { Image } from "./protocol";
import type { Attached } from "./view/drafted";
import type { Purpose } from "./view/messages";

const KINDS: Record<string, string> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  webp: "image/webp",
  gif: "image/gif",
};

/** The most bytes of a picture that a question carries. */
const MOST = 20 * 1024 * 1024;

export type Take = (purpose: Purpose, picture: Attached, place: Place) => unknown;

/** A picture of bytes that are here; undefined, and its person told, where it is too large. */
export function ofBytes(bytes: Uint8Array, kind: string, label: string): Attached | undefined {
  if (bytes.length > MOST) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t("The picture is larger than 20 MB. Make it smaller and try again."),
    );
    return undefined;
  }
  const dataUrl = `data:${kind};base64,${Buffer.from(bytes).toString("base64")}`;
  return { id: randomUUID(), label, dataUrl, bytes: bytes.length, image: { dataUrl } };
}

/** A picture that the server gets by itself. */
function fetched(label: string, image: Image): Attached {
  return { id: randomUUID(), label, image };
}

/** A picture from where its person says. */
export async function choose(): Promise<Attached | undefined> {
  const { t } = vscode.l10n;
  const from: (vscode.QuickPickItem & { get: () => Promise<Attached | undefined> })[] = [
    { label: `$(file-media) ${t("A file…")}`, get: file },
    {
      label: `$(clippy) ${t("The clipboard")}`,
      get: () => Promise.resolve(fetched(t("from the clipboard"), { clipboard: true })),
    },
    { label: `$(globe) ${t("A screenshot of a page…")}`, get: address },
    {
      label: `$(device-desktop) ${t("The screen")}`,
      get: () => Promise.resolve(fetched(t("from the screen"), { screen: true })),
    },
  ];
  // Elsewhere than at the person's own machine there is neither their clipboard nor their screen.
  const here = vscode.env.remoteName ? [from[0], from[2]].filter((one) => one !== undefined) : from;
  const chosen = await vscode.window.showQuickPick(here, {
    title: t("Which picture?"),
    placeHolder: t("It can also be pasted or dropped into a file, or into the Kimi view."),
  });
  return chosen?.get();
}

async function file(): Promise<Attached | undefined> {
  const { t } = vscode.l10n;
  const [uri] =
    (await vscode.window.showOpenDialog({
      canSelectMany: false,
      filters: { [t("Pictures")]: Object.keys(KINDS) },
      title: t("Choose a picture"),
    })) ?? [];
  if (!uri) return undefined;
  const name = uri.path.split("/").at(-1) ?? "";
  const kind = KINDS[name.split(".").at(-1)?.toLowerCase() ?? ""] ?? "image/png";
  return ofBytes(await vscode.workspace.fs.readFile(uri), kind, name);
}

async function address(): Promise<Attached | undefined> {
  const { t } = vscode.l10n;
  const url = await vscode.window.showInputBox({
    title: t("A screenshot of a page"),
    prompt: t("Its address; the page is opened by a browser without a window"),
    value: "http://localhost:",
    validateInput: (text) =>
      /^https?:\/\/[^\s/]/.test(text) ? undefined : t("An address begins with http:// or https://"),
  });
  return url ? fetched(url, { url }) : undefined;
}

/** Pictures pasted and dropped into code become a question; text in the same place stays text. */
export function inCode(take: Take): vscode.Disposable {
  const kind = vscode.DocumentDropOrPasteEditKind.Empty.append("kimi", "picture");
  // What an editor would do with it by itself comes first: text, and Markdown's own pictures.
  const before = [
    vscode.DocumentDropOrPasteEditKind.Text,
    vscode.DocumentDropOrPasteEditKind.Empty.append("markdown"),
  ];
  const { t } = vscode.l10n;
  const ways: [Purpose, string][] = [
    ["component", t("Kimi: component from this picture")],
    ["visualFix", t("Kimi: fix how it looks")],
    ["ask", t("Kimi: ask about this picture")],
  ];
  const kept = new WeakMap<vscode.DocumentPasteEdit, () => void>();
  const dropped = new Dropped();
  const mimes = ["image/*", "files"];
  return vscode.Disposable.from(
    dropped,
    vscode.languages.registerDocumentPasteEditProvider(
      { language: "*" },
      {
        provideDocumentPasteEdits: async ({ uri, version }, [range], transfer) => {
          const picture = await first(transfer);
          if (!picture || !range) return [];
          return ways.map(([purpose, title]) => {
            const edit = new vscode.DocumentPasteEdit("", title, kind);
            edit.yieldTo = before;
            kept.set(edit, () => take(purpose, picture, { uri, range, version }));
            return edit;
          });
        },
        // Asked only for what is really chosen; the text stays as it is.
        resolveDocumentPasteEdit: (edit) => {
          const chosen = kept.get(edit);
          if (chosen) setTimeout(chosen, 0);
          return edit;
        },
      },
      { providedPasteEditKinds: [kind], pasteMimeTypes: mimes },
    ),
    vscode.languages.registerDocumentDropEditProvider(
      { language: "*" },
      {
        provideDocumentDropEdits: async ({ uri, version }, position, transfer) => {
          const picture = await first(transfer);
          if (!picture) return [];
          const range = new vscode.Range(position, position);
          dropped.forget();
          return ways.map(([purpose, title]) => {
            const edit = new vscode.DocumentDropEdit("", title, kind);
            edit.yieldTo = before;
            edit.additionalEdit = dropped.edit(() =>
              take(purpose, picture, { uri, range, version }),
            );
            return edit;
          });
        },
      },
      { providedDropEditKinds: [kind], dropMimeTypes: mimes },
    ),
  );
}

async function first(transfer: vscode.DataTransfer): Promise<Attached | undefined> {
  for (const [kind, item] of transfer) {
    const held = item.asFile();
    if (!held || !kind.startsWith("image/")) continue;
    return ofBytes(await held.data(), kind, held.name);
  }
  return undefined;
}
