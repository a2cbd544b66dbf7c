"""Code that a model announced instead of writing it."""

from __future__ import annotations

import re
from collections.abc import Iterable

_DOTS = r"(?:\.{3,}|…+|⋯+)"
_STYLES = (".css", ".scss", ".sass", ".less")
_PROSE = (".md", ".mdx", ".markdown", ".rst", ".txt", ".adoc")
_BARE_DOTS_ARE_CODE = (".py", ".pyi", ".pyx", ".yml", ".yaml", ".raku", ".pl", *_PROSE)
_BRACED = (
    *(".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".vue", ".svelte", ".java"),
    *(".c", ".h", ".cc", ".cpp", ".hpp", ".cs", ".go", ".rs", ".kt", ".kts", ".swift", ".scala"),
    *(".php", ".dart", *_STYLES),
)

_COMMENT = re.compile(
    r"\s*(?:(?P<star>\*)(?=\s)|(?P<hash>\#+)|//+!?|/\*+|<!--+|<%--|\{\{!(?:--)?|\{\{--|\{/\*+"
    r"|@\*|\{#|\(\*|\{-|--(?:\[=*\[)?|;+|%+|<\#|::|(?:REM|rem|dnl)\b)\s*(?P<text>.*?)\s*"
    r"(?:\*+/\}?|--+>|--%>|--\}\}|\}\}|\*@|\#\}|\*\)|-\}|\]=*\]|\#>)?\s*",
)
_QUOTE_COMMENTS = {
    ".vb": "'",
    ".vbs": "'",
    ".bas": "'",
    ".vim": '"',
    ".f90": "!",
    ".f": "!",
    ".f95": "!",
}
_CODE_AND_COMMENT = re.compile(
    r".*[\s;{}()\]](?:#|//|--|<!--|/\*|\{/\*)\s*(?P<text>[^\"'`]*?)\s*(?:\*/\}?|-->)?\s*"
)
_DOTS_IN_COMMENT = re.compile(rf"/\*+\s*{_DOTS}[^*]*\*/|<!--\s*{_DOTS}[^>]*-->")
_DOTS_IN_BRACES = re.compile(rf".*[)\w]\s*\{{\s*{_DOTS}\s*\}}[\s;,)]*")
_DOTS_FIRST = re.compile(rf"{_DOTS}(?:\W|$)")
_EDGE = re.compile(r"^[\s.…⋯\[\](){}<>*_=~-]+|[\s.…⋯\[\](){}<>*_=~!:;,-]+$")

_THING = (
    r"(?:code|file|class|function|method|component|module|implementation|import|test|field|item"
    r"|line|content|logic|section|part|element|style|rule|route|handler|case|option|propert(?:y|ie)"
    r"|prop|entr(?:y|ie)|definition|declaration|config|configuration|body|block|markup|template)s?"
)
_SUBJECT = (
    r"(?:(?:the|all|any|your|keep|leave|and|with|plus|of|no)\s+)*"
    r"(?:rest|remainder|remaining|existing|others?|previous|original|unchanged|same|current|code"
    r"|everything else|implementation)"
    r"(?:\s+(?:of|the|your|this|that|in|from|above|below|\w[\w-]*)){0,5}"
)
_STAYS = (
    r"(?:(?:is|are|remains?|stays?|left|kept|goes|go|continues?|will|be|was|exactly)\s+)*"
    r"(?:unchanged|(?:the\s+)?same(?:\s+as\s+(?:before|above|is))?|as\s+(?:before|above|is|it\s+is"
    r"|it\s+was|they\s+are)|omitted(?:\s+for\s+\w+)?|here|not\s+shown|untouched|unmodified"
    r"|unaltered|intact|continues?|snipped|no\s+changes?)(?:\s+here)?"
)
_ENGLISH = (
    rf"{_SUBJECT}\s*[,:(-]?\s*{_STAYS}"
    r"|(?:the\s+)?(?:rest|remainder)\s+of\s+(?:the\s+|your\s+|this\s+)?[\w-]+(?:\s+[\w-]+)?"
    rf"|(?:the\s+|your\s+|keep\s+|all\s+|other\s+)*(?:existing|unchanged|remaining|previous|original"
    rf"|same|other)\s+(?:[\w-]+\s+)?{_THING}"
    r"|(?:unchanged|unmodified|omitted|snip(?:ped)?|truncated)(?:\s+for\s+\w+|\s+code|\s+here)?"
    r"|(?:(?:same|keep|leave)\s+)?as\s+(?:before|above|is)|same|no\s+(?:other\s+)?changes?"
    r"(?:\s+(?:here|needed|below|above))?|(?:the\s+)?rest|and\s+so\s+on"
)
# The sentences stand for the other languages that people let a model answer in.
_FOREIGN = (
    r"(?:其余|其他|其它|剩余|剩下|余下|后续|原有|现有|此处|以下|以上|中间|这里).{0,12}"
    r"(?:不变|相同|省略|保持|一致|未修改|未变|照旧|代码)|(?:代码|内容)?(?:保持)?不变|省略.{0,8}|同上"
    r"|(?:以下|以降|残り|他|既存|中略|後略).{0,12}(?:同じ|省略|変更なし|そのまま|同様|コード)"
    r"|中略|後略|変更なし"
    r"|(?:나머지|기존|이하|다른).{0,14}(?:동일|생략|유지|그대로|변경 없음|코드)|생략|변경 없음"
    r"|(?:der\s+|die\s+|das\s+)?(?:rest|restliche[rnms]?|übrige[rnms]?|bestehende[rnms]?|weitere[rnms]?)"
    r"\b.{0,30}(?:unverändert|gleich|wie (?:zuvor|vorher|bisher|gehabt)|ausgelassen|code)"
    r"|unverändert|wie (?:zuvor|vorher|bisher)"
    r"|(?:le\s+)?reste\b.{0,30}(?:inchangée?s?|identique|code|fichier|classe|fonction)"
    r"|(?:le\s+)?code existant|inchangée?s?|sans changements?"
    r"|(?:el\s+)?resto\b.{0,30}(?:sin cambios|igual|código|archivo|clase|función|permanece.*)"
    r"|código existente|sin cambios"
    r"|(?:o\s+)?(?:resto|restante)\b.{0,30}"
    r"(?:sem alterações|inalterado|igual|código|arquivo|classe)"
    r"|sem (?:alterações|mudanças)|inalterado"
    r"|(?:il\s+)?resto\b.{0,30}(?:invariato|codice|file|classe|uguale)|codice esistente|invariato"
    r"|(?:de\s+)?(?:rest|overige)\b.{0,30}(?:ongewijzigd|hetzelfde|code)|ongewijzigd"
    r"|(?:остальн\w+|прежн\w+|существующ\w+|решта|інш\w+)\b.{0,30}"
    r"(?:без изменений|код\w*|не измен\w+|так(?:ой|ая|ое|ие) же|без змін|файл\w*|класс\w*)"
    r"|без изменений|без змін|reszta\b.{0,30}(?:bez zmian|kodu|pliku)|bez zmian"
    r"|geri kalan.{0,30}(?:aynı|kod\w*|değişmedi)|değişiklik yok"
)
_ANNOUNCED = re.compile(rf"(?:{_ENGLISH}|{_FOREIGN})", re.IGNORECASE)


def elided(new: Iterable[str], known: Iterable[str], path: str = "") -> str | None:
    """The first new line that announces code left out and was not in the document before."""
    doubtful = [line for line in new if _may_announce(line.strip(), path.lower())]
    if not doubtful:
        return None
    before = {line.strip() for line in known}
    return next((line.strip() for line in doubtful if line.strip() not in before), None)


def _may_announce(line: str, path: str) -> bool:
    if not line or len(line) > 400:
        return False
    if re.fullmatch(_DOTS, line):
        return not path.endswith(_BARE_DOTS_ARE_CODE if line[0] == "." else _PROSE)
    if _DOTS_IN_COMMENT.search(line):
        return True
    if path.endswith(_BRACED) and _DOTS_IN_BRACES.fullmatch(line):
        return True
    comment = _comment(line, path)
    if comment is not None:
        text, bare_dots = comment
        return (bare_dots and bool(_DOTS_FIRST.match(text))) or _announces(text)
    if line[0] in "[(<{.…" and line[-1] in "])>}.…":
        return len(line.split()) > 1 and _announces(line)
    trailing = _CODE_AND_COMMENT.fullmatch(line)
    return (
        bool(trailing) and bool(_DOTS_FIRST.match(trailing["text"])) and not path.endswith(_PROSE)
    )


def _comment(line: str, path: str) -> tuple[str, bool] | None:
    """The words of a line that is a comment, and whether dots alone would announce there."""
    mark = _QUOTE_COMMENTS.get(path[path.rfind(".") :]) if "." in path else None
    if mark and line.startswith(mark):
        return line[1:].strip(), True
    match = _COMMENT.fullmatch(line)
    if not match:
        return None
    if match["hash"] and path.endswith((*_STYLES, *_PROSE)):
        return None
    if match["star"]:
        return None if path.endswith(_PROSE) else (match["text"], False)
    return match["text"], True


def _announces(text: str) -> bool:
    words, before = text, ""
    while words != before:
        words, before = _EDGE.sub("", words), words
    return bool(words) and len(words) < 120 and bool(_ANNOUNCED.fullmatch(words))
