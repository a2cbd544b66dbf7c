"""What goes wrong with a page, in degrees: scripts that do it to a page that is drawn."""

from __future__ import annotations

from typing import NamedTuple

_LEAVES = """const leaves = [...document.body.querySelectorAll("*")].filter((one) =>
  !one.children.length && one.textContent.trim() && one.getClientRects().length);"""
_ALL = 'const all = [...document.body.querySelectorAll("*")];'


class Fault(NamedTuple):
    """``degree`` from 0, nothing, to 3, gross."""

    name: str
    degree: int
    script: str


def _moved(pixels: int) -> str:
    return (
        f"document.body.style.position='relative';document.body.style.left='{pixels}px';"
        f"document.body.style.top='{pixels // 2}px'"
    )


def _sized(by: float) -> str:
    return f"""{_ALL} const was = all.map((one) => parseFloat(getComputedStyle(one).fontSize));
all.forEach((one, at) => one.style.setProperty("font-size", was[at] * {by} + "px", "important"))"""


def _gone(share: float) -> str:
    return f"""{_LEAVES} const step = Math.max(1, Math.round(1 / {share}));
leaves.forEach((one, at) => {{ if (at % step === 1 % step) one.style.visibility = "hidden" }})"""


def _worded(share: float) -> str:
    return f"""{_LEAVES} const step = Math.max(1, Math.round(1 / {share}));
leaves.forEach((one, at) => {{ if (at % step === 0) one.textContent = [...one.textContent].map(
  (letter, i) => /[a-z]/i.test(letter)
    ? "etaoinshrdlu"[(i * 7 + letter.charCodeAt(0)) % 12] : letter
).join("") }})"""


def _spaced(by: float) -> str:
    return f"""{_ALL} const names = ["paddingTop", "paddingBottom", "paddingLeft", "paddingRight",
  "marginTop", "marginBottom", "rowGap", "columnGap"];
all.forEach((one) => {{ const style = getComputedStyle(one); const set = {{}};
  for (const name of names) {{ const was = parseFloat(style[name]);
    if (was > 0) set[name] = was * {by} + "px" }} one.__set = set }});
all.forEach((one) => Object.assign(one.style, one.__set))"""


def _tinted(by: float) -> str:
    return f"""{_ALL} const turned = (said) => {{ const parts = said.match(/[\\d.]+/g).map(Number);
  const [r, g, b] = parts; const other = [b, r, g];
  const mixed = [r, g, b].map((one, i) => Math.round(one + (other[i] - one) * {by}));
  return `rgba(${{mixed.join(",")}},${{parts[3] ?? 1}})` }};
const was = all.map((one) => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor]);
all.forEach((one, at) => {{ for (const [i, name] of ["color", "background-color"].entries())
  if (was[at][i].startsWith("rgb"))
    one.style.setProperty(name, turned(was[at][i]), "important") }})"""


_STACKED = f"""{_ALL} all.forEach((one) => {{
  if (/flex|grid/.test(getComputedStyle(one).display))
    one.style.setProperty("display", "block", "important") }})"""
_UNSTYLED = """document.querySelectorAll("style,link").forEach((one) => one.remove());
document.adoptedStyleSheets = [];
for (const sheet of document.styleSheets) sheet.disabled = true;
document.querySelectorAll("[style]").forEach((one) => one.removeAttribute("style"))"""
_HALF = """const half = Math.min(1600, document.documentElement.scrollHeight) / 2;
[...document.body.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().top > half)
  .forEach((one) => one.remove())"""
_BLANK = "document.body.replaceChildren(); document.body.removeAttribute('class')"

FAULTS = (
    Fault("same", 0, ""),
    *(Fault("moved", degree, _moved(by)) for degree, by in enumerate((2, 12, 48), 1)),
    *(Fault("sized", degree, _sized(by)) for degree, by in enumerate((1.04, 1.15, 1.5), 1)),
    *(Fault("gone", degree, _gone(by)) for degree, by in enumerate((0.04, 0.15, 0.5), 1)),
    *(Fault("worded", degree, _worded(by)) for degree, by in enumerate((0.06, 0.25, 1), 1)),
    *(Fault("spaced", degree, _spaced(by)) for degree, by in enumerate((0.85, 0.5, 0.1), 1)),
    *(Fault("tinted", degree, _tinted(by)) for degree, by in enumerate((0.15, 0.5, 1), 1)),
    Fault("stacked", 2, _STACKED),
    Fault("mixed", 1, _moved(2) + ";{" + _tinted(0.15) + "}"),
    Fault("mixed", 2, "{" + _sized(1.15) + "};{" + _gone(0.15) + "}"),
    Fault("mixed", 3, "{" + _spaced(0.1) + "};{" + _tinted(1) + "};{" + _worded(0.5) + "}"),
    Fault("unstyled", 3, _UNSTYLED),
    Fault("half", 3, _HALF),
    Fault("blank", 3, _BLANK),
)
