// How a page looks, beside how it should: the pictures that the server drew, read and enlarged.
import { readFile, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as vscode from "vscode";
import type { Check } from "../protocol";
import type { Sight } from "./messages";

/** The most bytes of a picture that the view is given. */
const MOST = 12 * 1024 * 1024;

/** The pictures of a check, those to compare with first. One that cannot be read is left out. */
export async function sights(check: Check | undefined): Promise<Sight[]> {
  const { t } = vscode.l10n;
  const mended = check?.was !== undefined;
  const wanted: [Sight["name"], string][] = [
    ["was", t("Before")],
    ["result", mended ? t("After") : t("What was made")],
    ["target", mended ? t("As it should look") : t("The picture")],
  ];
  if (!mended) wanted.reverse();
  const read = await Promise.all(
    wanted.map(async ([name, caption]) => {
      const dataUrl = await loaded(check?.[name]);
      return dataUrl ? [{ name, caption, dataUrl }] : [];
    }),
  );
  return read.flat();
}

/** Show one of them large, or without a name two beside each other. */
export async function enlarge(check: Check | undefined, name?: Sight["name"]): Promise<void> {
  const uri = (one: string) => vscode.Uri.parse(one, true);
  const { target, was, result } = check ?? {};
  const single = name && check?.[name];
  if (single) {
    await vscode.commands.executeCommand("vscode.open", uri(single));
    return;
  }
  const left = target ?? was;
  if (!left || !result) return;
  const title = target
    ? vscode.l10n.t("The picture and what was made of it")
    : vscode.l10n.t("Before and after");
  await vscode.commands.executeCommand("vscode.diff", uri(left), uri(result), title);
}

async function loaded(address: string | undefined): Promise<string | undefined> {
  if (!address?.startsWith("file:")) return undefined;
  const path = fileURLToPath(address);
  try {
    if ((await stat(path)).size > MOST) return undefined;
    return `data:image/png;base64,${(await readFile(path)).toString("base64")}`;
  } catch {
    return undefined; // the cache keeps them for a while only
  }
}
