"""Paths that a model names: which are never followed, and which name the document.

Judged by their letters alone; what is on the disk, links above all, is the caller's to check.
"""

from __future__ import annotations

import re

LONGEST_PATH = 300
"""Longer lines are no path lines, whatever they hold."""

_DEVICE = re.compile(r"(?:con|prn|aux|nul|clock\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE)
_DECORATION = re.compile(
    r"(?:[#>*\-+\s]+|\d+[.)]\s|//\s|/\*+\s|<!--\s|(?:new\s+)?(?:file(?:name|path)?|path)\s*:\s*"
    r"|(?:new\s+)?file\s+(?=[`\"']))*",
    re.IGNORECASE,
)
_AFTER = re.compile(r"(?:\s+\((?:new(?: file)?|modified|updated|created?)\))?(?:\s*(?:\*+/|-->))?$")
_PLACE = re.compile(r"(?:(?::\d+){1,2}(?:-\d+)?|#L\d+(?:-L?\d+)?)$")
_ABSOLUTE = re.compile(r"~?[/\\](?![/*]\s)\S+|\\\\\S.*|[A-Za-z]:[/\\].*|\.\.[/\\]\S+")
_ROUTE = re.compile(r"/(?!(?:bin|dev|etc|home|opt|proc|root|sys|tmp|usr|var|Users)/)[^.\\]*")
_STEP = r"[^\s\"'<>|*?;,=`]"
_DEEP = re.compile(rf"(?!\w+://){_STEP}*[/\\]{_STEP}*\.[A-Za-z][\w+-]*")
_SOURCE = re.compile(
    rf"{_STEP}+\.(?:astro|bash|bat|c|cc|cfg|cjs|clj|cmake|conf|cpp|cs|css|csv|cts|cxx|dart|el|env"
    r"|erl|ex|exs|fs|go|gradle|graphql|h|hpp|hs|htm|html|ini|ipynb|java|jl|js|json|jsonc|jsx|kt"
    r"|kts|less|lock|lua|m|md|mdx|mjs|ml|mts|nim|nix|php|pl|proto|ps1|py|pyi|r|rb|rs|rst|sass"
    r"|scala|scss|sh|sql|svelte|svg|swift|tex|tf|toml|ts|tsx|txt|vb|vim|vue|xml|yaml|yml|zig)",
    re.IGNORECASE,
)
_SPACED = re.compile(rf"{_STEP}+/{_STEP}*(?: {_STEP}+){{1,4}}\.[A-Za-z]\w*")
_NAME = re.compile(r"(?:#|//|--|;+|%|/\*+|<!--)\s*(?:file(?:name|path)?:\s*)?(\S+)\s*(?:\*/|-->)?")
_QUOTED = re.compile(r"`([^`\s]+)`")
_BARE = re.compile(rf"(?<![\w/:.`]){_STEP}*[\w\])]/{_STEP}*[\w\])]\.[A-Za-z]\w*(?![\w/`])")
_PROPERTY = re.compile(r"[^/\\]*\.(?:c|el|env|h|lock|m|r|d|conf)", re.IGNORECASE)
_CREATES = re.compile(r"\W*(?:and |then |now |next,? )*(?:create|add|new|write)\b", re.IGNORECASE)
_LOOSE = re.compile(
    rf"(?!\w+://){_STEP}*(?:[/\\]|\.\w){_STEP}*[^\s\"'<>|*?;,=`.:)(]|Makefile|Dockerfile|LICENSE"
)


def outside(path: str) -> bool:
    """Whether a path is absolute, on a drive or share, or climbs out of its root."""
    if not path or "\0" in path or path[0] in "/\\~" or ":" in path:
        return True
    depth = 0
    for step in re.split(r"[/\\]", path):
        if step == "..":
            depth -= 1
        elif step.rstrip(" ."):
            depth += 1
        elif step not in ("", "."):
            return True
        if depth < 0:
            return True
    return False


def unsafe(path: str) -> bool:
    """Whether a path leads outside or names a device."""
    steps = (step.rstrip(" .") for step in re.split(r"[/\\]", path))
    return outside(path) or any(_DEVICE.fullmatch(step) for step in steps)


def normal(path: str) -> str:
    """A path with ``/`` only, and without ``.`` and ``..`` steps."""
    steps: list[str] = []
    for step in re.split(r"[/\\]", path):
        if step == "..":
            if steps:
                steps.pop()
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


def same(path: str, other: str) -> bool:
    """Whether two paths, neither of which leads outside, name one file."""
    return normal(path) == normal(other)


def path_in(line: str, known: str = "", *, loose: bool = False) -> str | None:
    """The path that a line of a reply consists of, stripped of what models put around it.

    ``known`` is a path whatever it looks like. Where a line can hardly be anything else, as right
    above a block, ``loose`` takes names without a usual ending too.
    """
    line = line.strip()
    if len(line) > LONGEST_PATH:
        return None
    text = _AFTER.sub("", line[_decorated(line) :])
    text = text.strip().rstrip(":").strip("*_ ")
    bare = text.strip("`\"'").rstrip(":")
    quoted = bare != text and len(text) > 2
    bare = _PLACE.sub("", bare) if not _ABSOLUTE.fullmatch(bare) else bare
    if not bare:
        return None
    if bare == known:
        return bare
    if _ABSOLUTE.fullmatch(bare):
        # In prose, "/users/all" is rather a route of a web server.
        return bare if loose or not _ROUTE.fullmatch(bare) else None
    spaced = quoted or (loose and _SPACED.fullmatch(bare))
    solid = bare.replace(" ", "_") if spaced else bare
    forms = (_DEEP, _SOURCE, _LOOSE) if loose else (_DEEP, _SOURCE)
    return bare if any(form.fullmatch(solid) for form in forms) else None


def path_told(line: str, known: str = "") -> str | None:
    """The one path that a line with a colon at its end speaks of, as in ``In `src/a.py`:``.

    A name that could as well be a property, such as ``self.r``, is none.
    """
    text = line.strip().rstrip("*_ ")
    if len(text) > LONGEST_PATH or not text.endswith((":", "：")):
        return None
    quoted = [word for word in _QUOTED.findall(text) if _is_path(word, known)]
    bare = [word for word in _BARE.findall(_QUOTED.sub(" ", text)) if "://" not in word]
    name = known.rpartition("/")[2]
    found = {known if word in (known, name) else word for word in (*quoted, *bare)}
    return found.pop() if len(found) == 1 else None


def is_name(line: str, path: str) -> bool:
    """Whether a line of code is a comment that holds the path of its file and nothing else."""
    match = _NAME.fullmatch(line.strip())
    return bool(match) and not outside(match[1]) and same(match[1], path)


def path_created(line: str, known: str = "") -> str | None:
    """The path of a line that says of a file that it is made, as in ``Create `src/a.py`:``."""
    return path_told(line, known) if _CREATES.match(line) else None


def _is_path(word: str, known: str) -> bool:
    if known and word in (known, known.rpartition("/")[2]):
        return True
    usual = _SOURCE.fullmatch(word) and not _PROPERTY.fullmatch(word)
    return bool(usual or _DEEP.fullmatch(word))


def _decorated(line: str) -> int:
    match = _DECORATION.match(line)
    # A dot file, or a path that climbs, begins with none of these; a lone dash belongs to a name.
    return match.end() if match else 0


def path_in_info(info: str, known: str = "") -> str | None:
    """The path in what follows an opening fence, as in ``python src/app.py``."""
    for number, word in enumerate(info.split()):
        value = re.sub(r"^(?:title|file(?:name|path)?|path)=", "", word, flags=re.IGNORECASE)
        told = value != word
        language, colon, rest = value.partition(":")
        if not number and not told and colon and re.fullmatch(r"[\w+#-]{2,}", language):
            value, told = rest, True
        found = path_in(value.strip("{}"), known, loose=told or number > 0)
        if found:
            return found
    return None
