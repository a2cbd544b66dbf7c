"""Every word a person reads is there in every language, with the same places to fill."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from kimi_lsp.core.refused import MESSAGES, refuse
from kimi_lsp.messages import ENGLISH, SHELL, say, table
from kimi_lsp.session.refusals import ROOM, told

EXTENSION = Path(__file__).parent.parent / "editors" / "vscode"
LANGUAGES = ("fr", "zh-cn")
CALL = re.compile(r'\bt\(\s*("(?:[^"\\]|\\.)*")')
BUILT = re.compile(r"\bt\(\s*[^\s\")]")
LINK = re.compile(r"\(command:[^)]*\)")


def places(text: str) -> list[str]:
    """What a sentence has to keep in every language: its places and its links to commands."""
    return sorted(re.findall(r"\{\w*\}", text) + LINK.findall(text))


def same(original: dict[str, str], translated: dict[str, str]) -> None:
    assert set(translated) == set(original)
    for key, text in original.items():
        assert translated[key].strip(), key
        assert places(translated[key]) == places(text), key


def read(name: str) -> dict[str, str]:
    return json.loads((EXTENSION / name).read_text("utf-8"))


def said() -> set[str]:
    """The sentences in the extension's code."""
    sources = [path.read_text("utf-8") for path in (EXTENSION / "src").rglob("*.ts")]
    assert not [text for text in sources if BUILT.search(text)], "a sentence is not a literal"
    return {json.loads(found) for text in sources for found in CALL.findall(text)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manifest_is_translated(language: str) -> None:
    same(read("package.nls.json"), read(f"package.nls.{language}.json"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_extension_is_translated(language: str) -> None:
    bundle = read(f"l10n/bundle.l10n.{language}.json")
    assert set(bundle) == said()
    for text, translated in bundle.items():
        assert places(translated) == places(text), text


def test_every_word_of_the_manifest_is_there() -> None:
    wanted = set(re.findall(r'"%([^%"]+)%"', (EXTENSION / "package.json").read_text("utf-8")))
    words = set(read("package.nls.json"))
    # A group that holds no setting now keeps its title for the next one.
    assert wanted <= words
    assert words - wanted <= {"config.group.more"}


@pytest.mark.parametrize("language", ["fr", "zh"])
def test_the_server_is_translated(language: str) -> None:
    spoken = {key: text for key, text in ENGLISH.items() if key.partition(".")[0] not in SHELL}
    translated = table(language)
    assert not spoken.keys() - translated.keys()
    same(spoken, {key: translated[key] for key in spoken})


@pytest.mark.parametrize("language", ["fr", "zh"])
def test_the_refusals_of_the_core_are_translated(language: str) -> None:
    spoken = {ROOM + key: text for key, (_, text) in MESSAGES.items()}
    translated = table(language)
    same(spoken, {key: text for key, text in translated.items() if key.startswith(ROOM)})


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "Kimi a donné 3 blocs de code là où un seul était demandé."),
        ("zh-cn", "本应给出一个代码块，Kimi 却给出了 3 个。"),
        ("de", "Kimi gave 3 blocks of code where one was asked for."),
    ],
)
def test_a_refusal_is_in_the_persons_language(language: str, said: str) -> None:
    assert told(refuse("several_fences", count=3), language).startswith(said)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "terminé, 7 jetons"),
        ("fr-CA", "terminé, 7 jetons"),
        ("zh-cn", "完成，7 个 token"),
        ("zh_CN", "完成，7 个 token"),
        ("zh-tw", "done, 7 tokens"),
        ("de", "done, 7 tokens"),
    ],
)
def test_a_message_is_in_the_persons_language(language: str, said: str) -> None:
    assert say("job.done.tokens", language, tokens=7) == said
