"""Every sentence a person reads, in one table, so that it can be translated.

Keys are ``room.what``. Values are filled in by name. No key, no code and no traceback belongs in a
value.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from pathlib import Path

ENGLISH: dict[str, str] = {
    "action.explain": "Explain with Kimi",
    "action.explain.progress": "Kimi explains {path}",
    "action.fix": "Fix with Kimi",
    "action.fix.label": "Kimi: fix {path}",
    "action.fix.progress": "Kimi fixes {path}",
    "action.edit": "Change with Kimi",
    "action.apply.label": "Kimi: change {path}",
    "action.apply.progress": "Kimi applies a change",
    "action.ask.progress": "Kimi answers",
    "action.ask": "Ask Kimi about this",
    "action.comment": "Kimi: do what the comment says",
    "action.document": "Document with Kimi",
    "action.held.apply": "Apply Kimi's change",
    "action.held.apply.file": "Apply Kimi's change of {path}",
    "action.held.show": "Show Kimi's change",
    "action.simplify": "Simplify with Kimi",
    "action.types": "Add types with Kimi",
    "action.component": "Component from this picture with Kimi",
    "action.component.clipboard": "Component from the picture in the clipboard, with Kimi",
    "action.component.label": "Kimi: component {path}",
    "action.component.progress": "Kimi makes a component",
    "action.visualFix.label": "Kimi: mend the look of {path}",
    "action.visualFix.progress": "Kimi looks at {path}",
    "action.edit.label": "Kimi: change {path}",
    "action.edit.progress": "Kimi changes {path}",
    "answer.gone": "This answer is no longer kept. Ask again.",
    "answer.no_block": "The answer has no code block {block}.",
    "command.kimi.apply": "Applies a held edit. The command takes an object with job, and hunks "
    "where not all of it is wanted.",
    "command.kimi.ask": "Answers a question. The command takes an object with text, and with uri "
    "and range where it is about code; conversation goes on with an earlier one.",
    "command.kimi.show": "Shows an answer or a held edit. The command takes an object with job and "
    'what: "reply" or "diff".',
    "command.kimi.component": "Makes a component that looks like a picture. The command takes an "
    "object with uri, a file or a folder, and images; with position it is put there, with range it "
    "takes its place.",
    "command.kimi.visualFix": "Mends code whose page looks wrong. The command takes an object with "
    "uri and images, which show how it looks, and target, how it should look.",
    "command.kimi.edit": "Select code and give an instruction; Kimi changes it. "
    "The command takes an object with uri, range and instruction.",
    "command.kimi.explain": 'Put the cursor on code and choose "Explain with Kimi" from the code '
    "actions. The command takes an object with uri and range.",
    "command.kimi.fix": 'Put the cursor on a diagnostic and choose "Fix with Kimi" from the code '
    "actions. The command takes an object with uri and range.",
    "confirm.no": "Do not send",
    "confirm.question": "The editor's settings name {origin} as the endpoint that code is sent to. "
    "It is neither Moonshot's nor one that your environment or config file names.",
    "confirm.yes": "Send to {origin}",
    "doctor.browser_missing": "KIMI_BROWSER names {path}, which is no program.",
    "doctor.no_browser": "Pages and SVG drawings need Chrome, Edge or Chromium, or its path in "
    "KIMI_BROWSER.",
    "doctor.no_clipboard": "Nothing here reads pictures from the clipboard. Install {tool}.",
    "doctor.no_extra": "Only plain PNG and JPEG pictures can be sent. For all others: "
    "pip install 'kimi-lsp[vision]'.",
    "doctor.slow": "{host} did not answer within {seconds} s. Check the network, the proxy and "
    "baseUrl.",
    "component.bundled": "It was drawn by esbuild alone: what plug-ins and aliases of the "
    "project's own tooling do is not seen.",
    "component.in_module": "The class in {path} is declared in a module, and what its template "
    "uses is listed there. Ask for a new file, and list its component in the module's imports.",
    "component.no_class": "A template uses what its class lists, and there is no class in {path}. "
    "Ask at a place in a template that lies beside its class, or for a new file.",
    "component.no_folder": "A component needs a folder it can go into. Open its project as a "
    "workspace folder, which many editors find by a .git or package.json in it, and ask again.",
    "component.no_picture": "There is no picture of it. Give one in images and ask again.",
    "component.not_alone": "It was not drawn: a part of a component cannot be seen by itself.",
    "component.not_drawn": "It was not drawn: pages of {framework} cannot be drawn here.",
    "component.not_seen": "It was not compared: several pictures were given, and which of them it "
    "is to look like is not known. Give the one alone to have it drawn and compared.",
    "component.tall": "Of {height} rows of the picture the first {seen} were compared.",
    "component.no_place": "No new file can be written at {path} ({rule}). Give another name or "
    "folder and ask again.",
    "concern.control": "{path} decides what runs on this machine.",
    "concern.delete": "{path} is deleted.",
    "concern.new": "{path} is a new file.",
    "concern.other": "{path} is not the file you asked about.",
    "concern.rename": "{path} is renamed to {new}.",
    "concern.hidden": "The new text holds characters that cannot be seen or look like others: "
    "{shown}.",
    "concern.syntax": "With it, {path} can no longer be parsed from line {line} on.",
    "document.changed": "The code was changed after you asked about it. Ask again.",
    "conversation.left_out": "{turns} old questions were left out to make room",
    "conversation.unknown": "This conversation is no longer kept. Begin a new one.",
    "edit.cannot.create": "This editor cannot create a file for Kimi. Create {path} yourself, "
    "empty, then accept the change.",
    "edit.cannot.delete": "Kimi wants to delete {path}, which this editor cannot do for it. "
    "Nothing was changed.",
    "edit.cannot.rename": "Kimi wants to rename {path} to {new}, which this editor cannot do for "
    "it. Nothing was changed.",
    "edit.closed": "The file was closed before Kimi's edit was ready. Open it and ask again.",
    "edit.declined": "The editor did not apply Kimi's edit. Nothing was changed; ask again.",
    "edit.declined.reason": "The editor did not apply Kimi's edit ({reason}). "
    "Nothing was changed; ask again.",
    "edit.halfway": "The editor changed {done}, and not {paths}. Undo it there, and ask again.",
    "edit.in_part": "Taken in part: {paths}.",
    "edit.label.create": "Kimi: create {path}",
    "edit.label.delete": "Kimi: delete {path}",
    "edit.label.edit": "Kimi: change {path}",
    "edit.label.rename": "Kimi: rename {path} to {new}",
    "edit.left_out": "Left as it was: {paths}.",
    "edit.no_file": "Kimi's answer is for a file that is not there: {path}. "
    "Nothing was changed; ask again.",
    "edit.not_confirmed": "The edit was not confirmed. Nothing was changed.",
    "edit.not_seen": "The editor took Kimi's edit, but its text does not show it. "
    "Look at the code before you ask again.",
    "edit.out_of_sync": "The editor's changes to this file came out of order, so an edit could "
    "land wrong. Close the file, open it again, and ask again.",
    "edit.out_of_reach": "Kimi's answer is for {path}, which it may not change: {rule}. "
    "Nothing was changed.",
    "edit.target": "Kimi wants to rename a file to {path}, where another is open. "
    "Nothing was changed.",
    "explanation.gone": "This explanation is no longer kept. Ask again.",
    "fix.nothing": "There is no diagnostic here to fix. Put the cursor on one and ask again.",
    "gate.unread": "{path} is not open and cannot be read: {rule}.",
    "gate.withheld": "{path} stays on this machine: {rule}. Nothing was sent.",
    "held.gone": "This change is no longer kept. Ask again.",
    "held.no_hunk": "None of these changes waits any longer.",
    "hover.cancelled": "Stopped before the end.",
    "hover.failed": "Broken off before the end.",
    "hover.writing": "Kimi is still writing.",
    "job.applying": "applying the edit",
    "job.cancelled": "Stopped.",
    "job.confirming": "waiting for your consent",
    "job.done": "done",
    "job.done.again": "done, with the answer given before; nothing was sent",
    "job.done.trimmed": "{receipt}; lines {lines} were too much to send",
    "job.done.tokens": "done, {tokens} tokens",
    "job.done.usd": "done, {tokens} tokens, ${usd}",
    "job.internal": "Something went wrong inside kimi-lsp. Its log says where; please report it.",
    "job.picture": "opening picture {number} of {count}",
    "job.pictures": "{count} pictures, about {tokens} tokens",
    "job.pictures.one": "one picture, about {tokens} tokens",
    "job.video": "a video, {tokens} tokens at most",
    "job.repairing": "asking again, the first answer did not fit",
    "job.drawing": "round 1, drawing it",
    "job.drawing.again": "drawing it",
    "job.round": "round {round}, {score} alike so far",
    "job.round.unseen": "round {round}, nothing to see yet",
    "job.measuring": "measuring the page",
    "job.verifying": "drawing it with the change",
    "job.started": "waiting for Kimi",
    "job.thinking": "thinking, {tokens} tokens",
    "job.waiting.answer": "waiting for Kimi",
    "job.waiting.answer.seconds": "waiting for Kimi",
    "job.waiting.person": "waiting for your answer",
    "job.waiting.rate_limit": "rate limited, waiting",
    "job.waiting.rate_limit.seconds": "rate limited, {seconds} s",
    "job.waiting.retry": "trying again",
    "job.waiting.retry.seconds": "trying again in {seconds} s",
    "job.waiting.upload": "sending the video",
    "job.waiting.turn": "waiting for its turn",
    "job.waiting.turn.seconds": "waiting for its turn, {seconds} s",
    "job.trimming": "too long for the model, asking with less of the code",
    "job.writing": "writing, {tokens} tokens",
    "keyring.failed": "The system's keyring does not work ({detail}). "
    "Set the key in the environment instead.",
    "keyring.locked": "The system's keyring is locked. Unlock it, or set the key in the "
    "environment.",
    "keyring.missing": "This system has no keyring that keeps a key safe. "
    "Set the key in the environment instead.",
    "keyring.slow": "The system's keyring did not answer within {seconds} s. Unlock it, or set the "
    "key in the environment.",
    "login.accepted": "{host} accepts it.",
    "login.environment": "{name} is set, and is used before it.",
    "login.kept": "The key for {origin} is in the system's keyring. {tried}",
    "login.not_tried": "{host} did not say whether it accepts it.",
    "login.nothing": "No key was given, so none was kept.",
    "login.prompt": "API key for {origin} (not shown): ",
    "login.refused": "{host} does not accept this key, so it was not kept. Copy it again, whole "
    "and alone; --base-url names another endpoint.",
    "login.seen": "This terminal would show the key. Pipe it in instead: kimi-lsp login < FILE",
    "logout.none": "There was no key for {origin} in the system's keyring.",
    "logout.removed": "The key for {origin} is no longer in the system's keyring.",
    "picture.data_url": "The picture is no valid data URL. Copy it again and try once more.",
    "picture.format": "The picture is no PNG, JPEG, WebP or GIF. Convert it and try again.",
    "picture.address": "This page cannot be drawn: its address must be http or https, and lead to "
    "the web or to this machine. Check it, or give a picture of the page.",
    "picture.page": "The page could not be drawn: it is not there, leads to another address, or "
    "does not come to rest. Give the address it leads to, or a picture of it.",
    "picture.clipboard_empty": "There is no picture in the clipboard. Copy one and try again.",
    "picture.damaged": "The picture is damaged or cut short. Save or copy it again.",
    "picture.double": "The file is a picture and something else as well, so it was not sent. "
    "Save the picture anew as PNG.",
    "picture.empty": "The picture's file is empty. Save or copy it again.",
    "picture.needs_extra": "This picture has to be opened, made smaller or turned first, which "
    "needs more: pip install 'kimi-lsp[vision]', or give a small PNG or JPEG.",
    "picture.no_browser": "A page needs a browser to draw it, and Chrome, Edge or Chromium with "
    "pip install 'kimi-lsp[vision]'. Install them, or give a picture of the page.",
    "picture.no_desktop": "The server's machine has no screen and no clipboard to take a picture "
    "from. Give a file instead.",
    "picture.no_screen": "The screen could not be taken here. Take the picture with the desktop's "
    "own tool, and give its file or the clipboard.",
    "picture.no_tool": "There is no tool here that reads pictures from the clipboard. "
    "Install {tool}, or give a file.",
    "picture.preview_of_page": "A preview loads no page. Give a picture of the page, or ask "
    "without a preview.",
    "picture.svg": "An SVG is drawn by a browser, and there is none here. Export it as PNG.",
    "picture.too_hard": "The picture could not be opened within its bounds of time and memory. "
    "Save it anew as PNG, or make it smaller.",
    "picture.too_large_together": "The pictures are too large together. Give fewer at once.",
    "picture.no_video": "This endpoint takes no videos, and there is no ffmpeg here to take "
    "pictures from it. Install ffmpeg, or give pictures.",
    "picture.too_many": "There are more than {most} pictures. Give fewer at once.",
    "picture.too_many_pixels": "The picture has more than 50 million pixels. Make it smaller and "
    "try again.",
    "picture.video_damaged": "The video is damaged or cut short. Save it again as MP4 or WebM.",
    "picture.video_too_large": "The video is larger than 100 MB. Make it shorter and try again.",
    "picture.unreadable": "The picture cannot be read. Check its path and try again.",
    "picture.too_large": "The picture is larger than 20 MB. Make it smaller and try again.",
    "provider.content_filter": "The endpoint refused the question as high risk. "
    "Ask about other code.",
    "provider.endpoint": "The setting baseUrl is no address that code may be sent to: it must be "
    "https, or http on this machine, in plain letters, and hold no name, password or query.",
    "provider.forbidden": "{host} does not let this account in ({message}). "
    "Look up its rights, or use another key.",
    "provider.key_shape": "The API key holds characters that no key has. "
    "Copy it again, whole and alone.",
    "provider.key_wanted": "{host} wants an API key. Set KIMI_API_KEY together with KIMI_BASE_URL "
    "where the editor is started, or run `kimi-lsp login` with its --base-url.",
    "provider.key_wanted.asked": "{host} wants an API key, and none was given. "
    "Ask again to give one.",
    "provider.malformed": "The endpoint's answer was garbled, so nothing of it was used. "
    "Ask again.",
    "provider.no_key": "There is no API key. Set MOONSHOT_API_KEY where the editor is started, run "
    "`kimi-lsp login`, or let the editor ask for it; `kimi-lsp demo` needs none.",
    "provider.no_key.asked": "There is no API key. Ask again to give one to the editor, set "
    "MOONSHOT_API_KEY where it is started, or run `kimi-lsp login`.",
    "provider.no_kimi": "{host} lists no Kimi K2.5. Set `model` to one of these: {models}.",
    "provider.no_stream": "{host} answered with something that is no model's stream. "
    "Check baseUrl, or log in to the network.",
    "provider.no_such_model": "{host} does not have the model {model}. "
    "Set `model` to one of these: {models}.",
    "provider.no_such_model.said": "{host} does not have the model ({message}). "
    "Check `model` and baseUrl.",
    "provider.no_such_model.unlisted": "{host} does not have the model {model}, and lists none. "
    "Check `model` and baseUrl.",
    "provider.offline": "{host} cannot be reached. Check the network and baseUrl, and ask again.",
    "provider.overloaded": "{host} is overloaded. Ask again in a minute.",
    "provider.quota": "The account's quota is used up. Top it up, then ask again.",
    "provider.rate_limited": "The endpoint's rate limit is reached ({message}). "
    "Ask again in a minute, or lower `maxConcurrency` or `requestsPerMinute`.",
    "provider.rate_limited.day": "The account's limit for today is reached ({message}). "
    "Ask again tomorrow, or raise the account's tier.",
    "provider.rate_limited.wait": "The endpoint's rate limit is reached. Ask again in {time}.",
    "provider.redirect": "{host} points elsewhere, and code is sent nowhere but to the endpoint "
    "that was set. Check baseUrl.",
    "provider.refused": "The endpoint refused the request ({status}: {message}). "
    "Check `model` and `dialect`.",
    "provider.timeout": "Kimi did not answer in time. Ask again, or raise `timeout`.",
    "provider.timeout.models": "{host} did not say in time which models it has. "
    "Check the network and baseUrl, and ask again.",
    "provider.timeout.upload": "The video could not be sent in time. Make it shorter and "
    "ask again.",
    "provider.too_large": "The code is too long for the model. Ask about less of it.",
    "provider.unauthorized": "{host} does not accept the API key. It may be mistyped or revoked; "
    "set the right one where the editor is started, or by `kimi-lsp login`.",
    "provider.unauthorized.asked": "{host} does not accept the API key. It may be mistyped or "
    "revoked; ask again to give another.",
    "provider.unauthorized.region": "{host} does not accept the API key. It may be mistyped, or "
    "belong to the other region: for a key of {other} set KIMI_BASE_URL to https://{other}/v1.",
    "provider.unconfirmed": "Nothing was sent to {origin}, for you did not confirm it. Name it in "
    "your config file or in KIMI_BASE_URL, or start the server again to be asked again.",
    "provider.untrusted": "The certificate of {host} is not trusted on this machine, so nothing "
    "was sent. Check the clock, baseUrl, and SSL_CERT_FILE where the network has its own.",
    "run.applied": "Changed {path}.",
    "run.bad_diagnostics": "{path} holds no list of LSP diagnostics ({detail}).",
    "run.lines": "{path}: lines count from 1, and the first comes before the last.",
    "run.no_file": "there is no file {path}",
    "run.no_image": "{action} needs --image FILE: a picture of how it looks",
    "run.no_instruction": "edit needs --instruction TEXT: what to change",
    "run.no_problem": "fix needs --problem TEXT or --diagnostics FILE: what to mend",
    "run.not_agreed": "Nothing was written: {why} See it with --diff, and agree with --yes.",
    "run.no_text": "The file is not UTF-8 text, so it was left alone.",
    "run.score": "Drawn and compared: {score} alike.",
    "run.unreadable": "The file cannot be read or written: {detail}.",
    "settings.bad": "The setting {key} ({source}) was not taken: {detail}.",
    "settings.not_from_here": "The setting {key} is not taken from {source}, where a repository "
    "could set it. Put it into your config file or the environment.",
    "settings.secret": "The setting {key} ({source}) looks like a key, and was not read. Replace "
    "that key, for others may have seen it, and keep the new one by `kimi-lsp login` or in "
    "MOONSHOT_API_KEY.",
    "settings.unknown": "There is no setting {key} ({source}).",
    "till.broken": "The ledger {path} is damaged, and without it nothing is sent. "
    "Remove it to count today's spending from zero, and ask again.",
    "till.locked": "Another program keeps {path} locked, and without the ledger nothing is sent. "
    "Close the other editors that run kimi-lsp, and ask again.",
    "till.newer": "The ledger {path} is a newer kimi-lsp's, and without it nothing is sent. "
    "Update this one, or remove the ledger to count today's spending from zero.",
    "till.spent": "Nothing is left of today's ${bound}. Raise budget.usdPerDay, "
    "or wait until tomorrow.",
    "till.tokens": "This takes up to {tokens} tokens, answer included, and "
    "`budget.tokensPerRequest` allows {bound}. Ask about less code, or raise it in your config "
    "file or the editor's initializationOptions.",
    "till.unusable": "The ledger {path} cannot be read or written ({detail}), and without it "
    "nothing is sent. Make it and its folder writable for you, and ask again.",
    "till.usd": "This may cost ${cost}, and ${left} of today's ${bound} is left. Raise "
    "`budget.usdPerDay` in your config file or the editor's initializationOptions, or ask again "
    "tomorrow.",
    "turn.content_filter": "The endpoint's content filter broke the answer off. "
    "Ask about less of the code, or in other words.",
    "turn.cut": "The answer broke off before its end, so nothing of it was used. Ask again.",
    "turn.length": "The answer was longer than its bound of {bound} tokens, so nothing of it was "
    "used. Ask about less code at once.",
    "vision.browser_failed": "The browser {path} does not start ({detail}). Set KIMI_BROWSER to "
    "another Chrome, Edge or Chromium.",
    "vision.browser_missing": "There is no browser {path}. Set KIMI_BROWSER to the program of a "
    "Chrome, Edge or Chromium.",
    "vision.died": "The process that draws pages ended unexpectedly. Ask again.",
    "vision.no_browser": "There is no Chrome, Edge or Chromium to draw the result with, so it was "
    "not verified. Install one, or set KIMI_BROWSER to its program.",
    "vision.no_extra": "Drawing pages needs the extra `vision`: install `kimi-lsp[vision]`.",
    "vision.no_esbuild": "The result was not verified: in a workspace that is not trusted a "
    "component is bundled by the machine's own esbuild, and there is none. Install it or set "
    "KIMI_ESBUILD, or set `trusted`.",
    "vision.no_tooling": "The result was not verified: the project's Vite is not installed, and "
    "nothing else here can draw this component. Install the project's packages.",
    "vision.tooling": "The result was not verified: the project's Vite does not start ({detail}).",
    "vision.slow": "The pictures could not be compared in time. Ask again.",
    "vision.untrusted_styles": "The result was not verified: its styles are made by the project's "
    "own tooling, and this workspace is not trusted. Set `trusted` to allow it.",
    "vision.untrusted": "The result was not verified: drawing it runs the project's own tooling, "
    "and this workspace is not trusted. Set `trusted` to allow it.",
}

TRANSLATED = {"fr": "fr", "zh": "zh", "zh-cn": "zh", "zh-sg": "zh", "zh-hans": "zh"}
"""Language tags to the files of `translations`; French is French wherever it is spoken."""

SHELL = frozenset({"doctor", "login", "logout", "run"})
"""Rooms that only a shell speaks of, in English like every command line."""


def say(key: str, language: str = "en", /, **values: object) -> str:
    """The sentence of a key in a language, English where that language lacks it."""
    return (table(language).get(key) or ENGLISH[key]).format(**values)


@functools.cache
def table(language: str) -> Mapping[str, str]:
    """The sentences of a language tag such as ``fr-CA``, read when they are first needed."""
    tag = language.lower().replace("_", "-")
    name = TRANSLATED.get("fr" if tag.startswith("fr-") else tag)
    if name is None:
        return ENGLISH
    return json.loads((Path(__file__).parent / "translations" / f"{name}.json").read_text("utf-8"))
