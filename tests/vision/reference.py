"""How near a page comes to another by what their documents say: the measure of the measure.

After the metric of Design2Code (block, text, position, colour): texts are paired by their words,
then compared by size, place and colours. It reads both documents, which nobody has of a
screenshot; so it can judge a score of pictures, and cannot be one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process

LEAST = 0.5
"""Of the likeness of two texts, for them to be a pair."""

EXTRACT = """() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgb = (said) => { canvas.fillStyle = "#fff"; canvas.fillRect(0, 0, 1, 1);
    canvas.fillStyle = said; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3) };
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walk.nextNode());) {
    const text = node.data.trim(), parent = node.parentElement;
    if (!text || ["SCRIPT", "STYLE", "NOSCRIPT"].includes(parent.tagName)) continue;
    const style = getComputedStyle(parent);
    if (style.visibility !== "visible" || style.opacity === "0") continue;
    const range = document.createRange(); range.selectNodeContents(node);
    const at = range.getBoundingClientRect();
    if (at.width < 1 || at.height < 1 || at.top + scrollY > HIGH) continue;
    if (at.left >= innerWidth || at.right <= 0) continue;
    let ground = parent;
    while (ground && clear(getComputedStyle(ground).backgroundColor)) ground = ground.parentElement;
    found.push({text: text.toLowerCase(), x: at.left, y: at.top + scrollY,
      width: at.width, height: at.height, ink: rgb(style.color),
      ground: rgb(ground ? getComputedStyle(ground).backgroundColor : "#fff")});
  }
  function clear(said) { return said === "transparent" || /^rgba\\(.*, 0\\)$/.test(said) }
  const height = Math.min(HIGH, document.documentElement.scrollHeight);
  return {texts: found, width: innerWidth, height};
}"""


@dataclass(frozen=True)
class Texts:
    """The texts of a page: their words, boxes, and two colours each."""

    words: list[str]
    boxes: np.ndarray
    ink: np.ndarray
    ground: np.ndarray
    size: tuple[float, float]

    @staticmethod
    def of(tree: Any) -> Texts:
        texts = tree["texts"]
        boxes = [[one[name] for name in ("x", "y", "width", "height")] for one in texts]
        return Texts(
            [one["text"] for one in texts],
            np.array(boxes, float).reshape(-1, 4),
            np.array([one["ink"] for one in texts], float).reshape(-1, 3),
            np.array([one["ground"] for one in texts], float).reshape(-1, 3),
            (float(tree["width"]), float(max(tree["height"], 1))),
        )


def reference(target: Texts, other: Texts) -> float:
    """From 0 to 1: the mean of size, text, position and colour of the texts that are in both."""
    if not target.words or not other.words:
        return float(not target.words and not other.words)
    words = process.cdist(target.words, other.words, scorer=fuzz.ratio, dtype=np.float64) / 100
    there = (target.boxes[:, :2] + target.boxes[:, 2:] / 2) / target.size
    here = (other.boxes[:, :2] + other.boxes[:, 2:] / 2) / other.size
    apart = np.abs(there[:, None] - here[None]).max(-1)
    pairs = _pairs(words - 0.1 * apart, words)
    if not pairs:
        return 0.0
    left, right = (list(side) for side in zip(*pairs, strict=True))
    area, areas = (one.boxes[:, 2] * one.boxes[:, 3] for one in (target, other))
    covered = (area[left].sum() + areas[right].sum()) / (area.sum() + areas.sum())
    low = np.minimum(area[left], areas[right]) / np.maximum(area[left], areas[right])
    size = covered * math.sqrt(float(low.mean()))
    text = words[left, right].mean()
    place = 1 - np.minimum(apart[left, right], 1).mean()
    far = [
        (apart_in_colour(target.ink[one], other.ink[two])
         + apart_in_colour(target.ground[one], other.ground[two])) / 2
        for one, two in pairs
    ]  # fmt: skip
    colour = 1 - float(np.minimum(np.array(far) / 100, 1).mean())
    return float((size + text + place + colour) / 4)


def _pairs(likeness: np.ndarray, words: np.ndarray) -> list[tuple[int, int]]:
    rows, columns = np.nonzero(words >= LEAST)
    order = np.argsort(-likeness[rows, columns], kind="stable")
    left, right, pairs = set[int](), set[int](), []
    for one, two in zip(rows[order].tolist(), columns[order].tolist(), strict=True):
        if one not in left and two not in right:
            left.add(one)
            right.add(two)
            pairs.append((one, two))
    return pairs


def apart_in_colour(first: Sequence[float], second: Sequence[float]) -> float:
    """CIEDE2000 of two sRGB colours."""
    (l1, a1, b1), (l2, a2, b2) = _lab(first), _lab(second)
    mean_chroma = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    grey = 0.5 * (1 - math.sqrt(mean_chroma**7 / (mean_chroma**7 + 25.0**7)))
    a1, a2 = a1 * (1 + grey), a2 * (1 + grey)
    c1, c2 = math.hypot(a1, b1), math.hypot(a2, b2)
    h1, h2 = (math.degrees(math.atan2(b, a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    light, chroma = l2 - l1, c2 - c1
    hue = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2))
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    mean_h = h1 + h2 if c1 * c2 == 0 else (h1 + turn / 2) % 360
    t = (
        1
        - 0.17 * math.cos(math.radians(mean_h - 30))
        + 0.24 * math.cos(math.radians(2 * mean_h))
        + 0.32 * math.cos(math.radians(3 * mean_h + 6))
        - 0.20 * math.cos(math.radians(4 * mean_h - 63))
    )
    s_l = 1 + 0.015 * (mean_l - 50) ** 2 / math.sqrt(20 + (mean_l - 50) ** 2)
    s_c, s_h = 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * t
    spin = 30 * math.exp(-(((mean_h - 275) / 25) ** 2))
    twist = -2 * math.sqrt(mean_c**7 / (mean_c**7 + 25.0**7)) * math.sin(math.radians(2 * spin))
    x, y, z = light / s_l, chroma / s_c, hue / s_h
    return math.sqrt(max(0.0, x * x + y * y + z * z + twist * y * z))


def _lab(colour: Sequence[float]) -> tuple[float, float, float]:
    linear = [
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4
        for one in (part / 255 for part in colour)
    ]
    rows = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750),
            (0.0193339, 0.1191920, 0.9503041))  # fmt: skip
    white = (0.95047, 1.0, 1.08883)
    x, y, z = (
        sum(k * v for k, v in zip(row, linear, strict=True)) / of
        for row, of in zip(rows, white, strict=True)
    )
    root = [v ** (1 / 3) if v > 216 / 24389 else (24389 / 27 * v + 16) / 116 for v in (x, y, z)]
    return 116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])
