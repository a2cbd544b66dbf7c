// The page of the view: its frame, its words, and a policy under which nothing else can run.
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { Words } from "./messages";

/** The page for a webview. Only our own script runs in it, and nothing is fetched from anywhere. */
export function page(webview: vscode.Webview, extension: vscode.Uri): string {
  const nonce = randomBytes(16).toString("base64");
  const of = (name: string) =>
    webview.asWebviewUri(vscode.Uri.joinPath(extension, "dist", "webview", name)).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    "img-src data:",
  ].join("; ");
  const w = words();
  const told = JSON.stringify(w);
  return `<!doctype html>
<html lang="${escaped(vscode.env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(w.title)}</title>
<link rel="stylesheet" href="${of("style.css")}">
</head>
<body data-words="${escaped(told)}">
<main>
  <h1 class="unseen">${escaped(w.title)}</h1>
  <nav>
    <label class="unseen" for="history">${escaped(w.history)}</label>
    <select id="history"></select>
  </nav>
  <section id="log" tabindex="0" aria-label="${escaped(w.answers)}"></section>
  <p id="status" role="status" class="unseen"></p>
  <form id="composer">
    <p id="place"></p>
    <ul id="pictures" aria-label="${escaped(w.pictures)}"></ul>
    <p id="estimate"></p>
    <label class="unseen" for="question">${escaped(w.question)}</label>
    <textarea id="question" rows="3"></textarea>
    <div class="row">
      <button type="submit" id="send"></button>
      <button type="button" id="stop" class="quiet" hidden>${escaped(w.stop)}</button>
      <button type="button" id="attach" class="quiet">${escaped(w.attach)}</button>
      <input id="file" type="file" accept="image/png,image/jpeg,image/webp,image/gif" hidden>
    </div>
  </form>
</main>
<script nonce="${nonce}" src="${of("main.js")}"></script>
</body>
</html>`;
}

function escaped(text: string): string {
  const codes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (sign) => codes[sign] ?? sign);
}

function words(): Words {
  const { t } = vscode.l10n;
  return {
    title: t("Kimi"),
    you: t("You"),
    kimi: t("Kimi"),
    question: t("Question"),
    placeholder: t("Ask Kimi. Enter sends, Shift+Enter begins a new line."),
    componentPlaceholder: t("What should be kept in mind? May be left empty."),
    visualFixPlaceholder: t(
      "What looks wrong? May be left empty. A second picture shows how it should look.",
    ),
    ask: t("Ask"),
    component: t("Make the component"),
    visualFix: t("Fix how it looks"),
    stop: t("Stop"),
    again: t("Try again"),
    reply: t("Show reply"),
    copy: t("Copy"),
    copied: t("Copied"),
    insert: t("Insert at cursor"),
    apply: t("Apply"),
    reasoning: t("Reasoning"),
    code: t("The code"),
    sights: t("What was seen"),
    enlarge: t("Show large: {0}", "{0}"),
    compare: t("Compare side by side"),
    attach: t("Attach a picture"),
    remove: t("Remove {0}", "{0}"),
    pictures: t("Attached pictures"),
    history: t("Conversations of this session"),
    new: t("New conversation"),
    empty: t(
      "Ask about your code below, or begin with one of these. Pictures can be pasted and dropped here.",
    ),
    explain: t("Explain this"),
    picture: t("Component from a picture…"),
    start: t("Get started"),
    answering: t("Kimi answers"),
    done: t("Done"),
    about: t("About {0}", "{0}"),
    dropPlace: t("Ask without the code"),
    where: t("What it is for"),
    answers: t("Answers"),
  };
}
