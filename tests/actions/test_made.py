"""Answers read as the files of a new component, placed and named by the project's conventions."""

from __future__ import annotations

from typing import Any

import pytest

from kimi_lsp.actions.made import Made, made
from kimi_lsp.actions.place import Place, place
from kimi_lsp.core import Refused
from kimi_lsp.project.component import Component
from kimi_lsp.project.conventions import Conventions
from kimi_lsp.project.facts import Project
from kimi_lsp.project.stack import Stack

TAILWIND = Stack("react", 19, typescript=True, styling="tailwind", tailwind=4)
REACT = Project(stack=TAILWIND, conventions=Conventions("src/components"))
NAMED = Project(
    stack=TAILWIND, conventions=Conventions("src/ui", case="kebab-case", default_export=False)
)
MODULES = Project(
    stack=Stack("react", typescript=True, styling="css-modules"),
    conventions=Conventions("src/components", nested="index"),
)
VUE = Project(stack=Stack("vue", 3), conventions=Conventions("src/components", suffix=".vue"))
CODE = "export default function PriceCard() {\n  return <p>€ 9</p>\n}\n"


def fenced(path: str, code: str = CODE) -> str:
    return f"{path}\n```\n{code}```\n"


@pytest.mark.parametrize(
    ("project", "name", "reply", "taken", "files"),
    [
        (
            REACT,
            "",
            fenced("src/components/PriceCard.tsx"),
            (),
            {"src/components/PriceCard.tsx": CODE},
        ),
        # Wherever the model puts it, it goes where the project has its components.
        (REACT, "", fenced("app/price-card.jsx"), (), {"src/components/PriceCard.tsx": CODE}),
        (
            REACT,
            "",
            fenced("src/components/ComponentName.tsx"),
            (),
            {"src/components/PriceCard.tsx": CODE},
        ),
        (
            REACT,
            "Offer",
            fenced("src/components/Offer.tsx", CODE.replace("PriceCard", "Offer")),
            (),
            {"src/components/Offer.tsx": CODE.replace("PriceCard", "Offer")},
        ),
        (
            REACT,
            "offer box",
            f"Here it is.\n\n```tsx\n{CODE}```\n",
            (),
            {"src/components/OfferBox.tsx": CODE.replace("PriceCard", "OfferBox")},
        ),
        # Nothing is overwritten, and the code has the name of its file.
        (
            REACT,
            "",
            fenced("src/components/PriceCard.tsx"),
            ("src/components/PriceCard.tsx", "src/components/PriceCard2.tsx"),
            {"src/components/PriceCard3.tsx": CODE.replace("PriceCard", "PriceCard3")},
        ),
        (NAMED, "", fenced("src/ui/price-card.tsx"), (), {"src/ui/price-card.tsx": CODE}),
        (
            VUE,
            "",
            fenced("PriceCard.vue", "<template><p/></template>\n"),
            (),
            {"src/components/PriceCard.vue": "<template><p/></template>\n"},
        ),
        (
            MODULES,
            "",
            fenced(
                "src/components/PriceCard/PriceCard.tsx",
                f"import s from './style.module.css'\n{CODE}",
            )
            + fenced("src/components/PriceCard/style.module.css", ".a {\n  color: red;\n}\n"),
            (),
            {
                "src/components/PriceCard/index.tsx": "import s from './PriceCard.module.css'\n"
                + CODE,
                "src/components/PriceCard/PriceCard.module.css": ".a {\n  color: red;\n}\n",
            },
        ),
        (
            MODULES,
            "",
            fenced(
                "src/components/PriceCard/index.tsx",
                f"import s from './PriceCard.module.css'\n{CODE}",
            )
            + fenced("src/components/PriceCard/PriceCard.module.css", ".a {}\n"),
            ("src/components/PriceCard/PriceCard.module.css",),
            {
                "src/components/PriceCard2/index.tsx": "import s from './PriceCard2.module.css'\n"
                + CODE.replace("PriceCard", "PriceCard2"),
                "src/components/PriceCard2/PriceCard2.module.css": ".a {}\n",
            },
        ),
    ],
)
def test_files(
    project: Project, name: str, reply: str, taken: tuple[str, ...], files: dict[str, str]
) -> None:
    found = made(reply, place(project, "src/App.tsx", folder=False, name=name), taken.__contains__)
    assert isinstance(found, Made)
    assert dict(found.files) == files
    assert not found.others


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("NO_EDIT\n", "no_edit"),
        ("I cannot see it.\n", "no_edit"),
        (fenced("../../etc/PriceCard.tsx"), "path_outside_workspace"),
        (fenced("src/PriceCard.tsx", "// ... rest of the code\n"), "elision"),
        ("src/PriceCard.tsx\n```\nexport", "truncated"),
        (fenced("src/---.tsx", "<p/>\n"), "malformed"),
    ],
)
def test_refused(reply: str, reason: str) -> None:
    found = made(reply, Place(REACT, "src/components"), lambda _: False)
    assert isinstance(found, Refused)
    assert found.reason == reason


def test_when_every_number_is_taken() -> None:
    found = made(fenced("src/A.tsx"), Place(REACT, "src"), lambda _: True)
    assert isinstance(found, Refused)


def test_another_file_is_kept_apart() -> None:
    reply = fenced("src/components/PriceCard.tsx") + fenced("src/components/Row.tsx", "<p/>\n")
    found = made(reply, Place(REACT, "src/components"), lambda _: False)
    assert isinstance(found, Made)
    assert (list(found.files), list(found.others)) == (
        ["src/components/PriceCard.tsx"],
        ["src/components/Row.tsx"],
    )
    assert found.component == Component("PriceCard", "src/components/PriceCard.tsx", True)


FEATURE = Project(
    stack=TAILWIND,
    conventions=Conventions("src/components"),
    components=(Component("Cart", "src/cart/Cart.tsx", True),),
)


@pytest.mark.parametrize(
    ("asked", "folder", "wanted"),
    [
        ("src/App.tsx", False, "src/components"),
        ("src/pages/home.tsx", False, "src/components"),
        ("src/cart/Cart.tsx", False, "src/cart"),
        ("src/cart", True, "src/cart"),
        ("src/new", True, "src/new"),
        ("src", True, "src/components"),
        ("", True, "src/components"),
        ("src/components", True, "src/components"),
        ("src/components/deep", True, "src/components/deep"),
    ],
)
def test_folder(asked: str, folder: bool, wanted: str) -> None:
    assert place(FEATURE, asked, folder=folder).folder == wanted


@pytest.mark.parametrize(
    ("changed", "styles"),
    [
        ({}, "src/ComponentName.css"),
        ({"styling": "sass"}, "src/ComponentName.scss"),
        ({"styling": "css-modules"}, "src/ComponentName.module.css"),
        ({"styling": "tailwind"}, ""),
        ({"kits": ("MUI",)}, ""),
        ({"framework": "vue"}, ""),
    ],
)
def test_styles(changed: dict[str, Any], styles: str) -> None:
    stack = Stack(**{"framework": "react", **changed})
    assert Place(Project(stack=stack), "src").styles == styles
