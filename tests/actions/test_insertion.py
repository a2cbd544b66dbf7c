"""Markup and imports put into documents."""

from __future__ import annotations

import pytest

from kimi_lsp.actions.insertion import tag, with_component, with_markup, with_used
from kimi_lsp.core.snapshot import snapshot_of_text
from kimi_lsp.core.text import Extent, Point
from kimi_lsp.project.component import Component
from kimi_lsp.project.conventions import Conventions
from kimi_lsp.project.facts import Project
from kimi_lsp.project.stack import Stack

CARD = Component("Card", "src/components/Card.tsx", True)
REACT = Project(
    stack=Stack("react", typescript=True),
    conventions=Conventions("src/components"),
    components=(CARD,),
)


@pytest.mark.parametrize(
    ("text", "point", "made"),
    [
        ("", (0, 0), "<A />"),
        ("<main>\n\n</main>\n", (1, 0), "<main>\n  <A />\n</main>\n"),
        ("<main>\n</main>\n", (0, 6), "<main>\n  <A />\n</main>\n"),
        ("  <p>a</p>\n", (0, 0), "  <A />\n  <p>a</p>\n"),
        ("  <p>a</p>\n", (0, 10), "  <p>a</p>\n  <A />\n"),
        ("<p>a</p>", (0, 8), "<p>a</p>\n<A />\n"),
        ("<p>a</p>\n", (0, 4), "<p>a<A /></p>\n"),
        ("<div>\r\n</div>\r\n", (0, 5), "<div>\r\n  <A />\r\n</div>\r\n"),
        ("<ul>\n\t<li/>\n\n</ul>\n", (2, 0), "<ul>\n\t<li/>\n\t<A />\n</ul>\n"),
        ("return (\n    \n)\n", (1, 4), "return (\n    <A />\n)\n"),
        ("a\n", (9, 0), "a\n<A />\n"),
    ],
)
def test_markup(text: str, point: tuple[int, int], made: str) -> None:
    place = Point(*point)
    snapshot = snapshot_of_text(
        text, uri="file:///a", path="a", language="html", extent=Extent(place, place)
    )
    assert with_markup(snapshot, place, "<A />") == made


def test_several_lines() -> None:
    place = Point(1, 0)
    snapshot = snapshot_of_text(
        "<div>\n\n</div>\n", uri="file:///a", path="a", language="html", extent=Extent(place, place)
    )
    made = with_markup(snapshot, place, "<p>\n  a\n\n</p>\n")
    assert made == "<div>\n  <p>\n    a\n\n  </p>\n</div>\n"


@pytest.mark.parametrize(
    ("component", "shown"),
    [
        (CARD, "<Card />"),
        (Component("Card", "src/card.ts", False, tag="app-card"), "<app-card></app-card>"),
    ],
)
def test_tag(component: Component, shown: str) -> None:
    assert tag(component) == shown


@pytest.mark.parametrize(
    ("text", "made"),
    [
        (
            "@Component({\n  selector: 'app-root',\n  imports: [],\n})\nexport class App {}\n",
            'import { Card } from "./card/card";\n'
            "@Component({\n  selector: 'app-root',\n  imports: [Card],\n})\nexport class App {}\n",
        ),
        (
            "@Component({\n  imports: [RouterOutlet],\n})\nexport class App {}\n",
            'import { Card } from "./card/card";\n'
            "@Component({\n  imports: [Card, RouterOutlet],\n})\nexport class App {}\n",
        ),
        (
            "@Component({\n  selector: 'x',\n})\nexport class App {}\n",
            'import { Card } from "./card/card";\n'
            "@Component({ imports: [Card],\n  selector: 'x',\n})\nexport class App {}\n",
        ),
    ],
)
def test_angular(text: str, made: str) -> None:
    project = Project(stack=Stack("angular", typescript=True))
    component = Component("Card", "src/app/card/card.ts", False, tag="app-card")
    assert with_component(project, text, "src/app/app.ts", component) == made


@pytest.mark.parametrize(
    ("text", "path", "fresh", "made"),
    [
        (
            "export const A = () => <Card />\n",
            "src/A.tsx",
            "<Card />",
            'import Card from "./components/Card";\nexport const A = () => <Card />\n',
        ),
        ("const Card = 1\n", "src/A.tsx", "<Card />", "const Card = 1\n"),
        ("x\n", "src/A.tsx", "<Unknown />", "x\n"),
        ("x\n", "src/components/Card.tsx", "<Card />", "x\n"),
        ("<Card>\n", "index.html", "<Card />", "<Card>\n"),
    ],
)
def test_used(text: str, path: str, fresh: str, made: str) -> None:
    assert with_used(REACT, text, path, fresh) == made
