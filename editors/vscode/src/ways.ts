// What can be done with a picture, and where what is made of it may go.
import * as path from "node:path";
import * as vscode from "vscode";
import { members, named, type Place } from "./place";
import type { Argument } from "./protocol";
import type { Purpose } from "./view/messages";

export interface Way {
  label: string;
  purpose: Purpose;
  /** What goes along: none of the code where it is absent. */
  about?: Argument;
}

/** A component goes into a page at the cursor, else into a file of its own. */
const PAGES = /\.html?$/i;

/** Everything a picture may be for at a place, the likeliest of each purpose first. */
export function ways({ uri, range, version }: Place): Way[] {
  const { t } = vscode.l10n;
  const whole = members({ uri, range, version });
  const file = { uri: uri.toString() };
  const [lines, name] = [named(file.uri, whole.range), named(file.uri)];
  const looks: Way = range.isEmpty
    ? { purpose: "visualFix", label: t("Fix how {0} looks", name), about: { ...file, version } }
    : { purpose: "visualFix", label: t("Fix how {0} looks", lines), about: whole };
  const components = into(whole, lines, name);
  const component = PAGES.test(uri.path) || !range.isEmpty ? components : components.reverse();
  return [
    ...component.map((way): Way => ({ ...way, purpose: "component" })),
    looks,
    { purpose: "ask", label: t("Ask about {0}", lines), about: whole },
  ];
}

/** What a question is about, where it has no picture. */
export function question(place: Place): Way {
  const about = members(place);
  const lines = named(place.uri.toString(), about.range);
  return { purpose: "ask", label: vscode.l10n.t("About {0}", lines), about };
}

/** A picture alone. */
export function alone(): Way {
  return { purpose: "ask", label: vscode.l10n.t("Ask about the picture alone") };
}

/** A file or folder of the explorer. */
export function beside(uri: vscode.Uri): Way {
  const label = vscode.l10n.t("Component: a new file at {0}", path.posix.basename(uri.path));
  return { purpose: "component", label, about: { uri: uri.toString() } };
}

/** Where a component goes: to the cursor or in place of the selection, and into a new file. */
function into(
  { range, ...document }: Argument,
  lines: string,
  name: string,
): { label: string; about: Argument }[] {
  const { t } = vscode.l10n;
  const { uri = "" } = document;
  const fresh = { label: t("Component: a new file beside {0}", name), about: { uri } };
  if (!range) return [fresh];
  const { start, end } = range;
  const empty = start.line === end.line && start.character === end.character;
  const here = empty
    ? { label: t("Component: at the cursor, {0}", lines), about: { ...document, position: start } }
    : { label: t("Component: in place of {0}", lines), about: { ...document, range } };
  return [here, fresh];
}
