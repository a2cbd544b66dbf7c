"""What is found in projects that others wrote: the registry's own templates, two monorepos."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kimi_lsp.project.facts import MOST_READ, Project, project
from kimi_lsp.project.files import Files
from kimi_lsp.project.telling import project_told, stack_told

CASES: list[tuple[str, str, str, dict[str, Any]]] = [
    (
        "vite/template-react-ts",
        "src/App.tsx",
        "React 19, TypeScript, plain CSS",
        {"new": "src/components/PriceCard.tsx", "default": True, "sheet": "src/index.css"},
    ),
    (
        "vite/template-react",
        "src/App.jsx",
        "React 19, JavaScript, plain CSS",
        {"new": "src/components/PriceCard.jsx", "token": ("--accent", "#aa3bff")},
    ),
    (
        "vite/template-preact-ts",
        "src/app.tsx",
        "Preact 10, TypeScript, plain CSS",
        {"new": "src/components/PriceCard.tsx", "default": False},
    ),
    (
        "vite/template-vue-ts",
        "src/App.vue",
        "Vue 3, TypeScript, plain CSS",
        {"new": "src/components/PriceCard.vue", "components": ["HelloWorld"]},
    ),
    (
        "vite/template-svelte",
        "src/App.svelte",
        "Svelte 5, JavaScript, plain CSS",
        {"new": "src/lib/PriceCard.svelte", "components": ["Counter"]},
    ),
    (
        "vite/template-solid-ts",
        "src/App.tsx",
        "Solid 1, TypeScript, plain CSS",
        {"new": "src/components/PriceCard.tsx"},
    ),
    (
        "vite/template-lit-ts",
        "src/my-element.ts",
        "Lit 3, TypeScript, plain CSS",
        {"new": "src/price-card.ts", "components": ["MyElement"], "default": False},
    ),
    (
        "vite/template-vanilla",
        "index.html",
        "plain HTML, plain CSS",
        {"new": "price-card.html", "sheet": "src/style.css"},
    ),
    (
        "rsbuild/template-react-js",
        "src/App.jsx",
        "React 19, JavaScript, plain CSS",
        {"new": "src/components/PriceCard.jsx"},
    ),
    (
        "next",
        "src/app/page.tsx",
        "React 19, Next.js, TypeScript, Tailwind CSS 4",
        {
            "new": "src/components/PriceCard.tsx",
            "alias": ("@/", "src"),
            "token": ("--background", "#ffffff"),
            "sheet": "src/app/globals.css",
        },
    ),
    (
        "vue",
        "src/views/HomeView.vue",
        "Vue 3, TypeScript, plain CSS",
        {
            "new": "src/components/PriceCard.vue",
            "alias": ("@/", "src"),
            "components": ["HelloWorld", "TheWelcome", "WelcomeItem", "IconCommunity"],
            "token": ("--vt-c-indigo", "#2c3e50"),
        },
    ),
    (
        "sveltekit",
        "src/routes/+page.svelte",
        "Svelte 5, SvelteKit, TypeScript, plain CSS",
        {
            "new": "src/lib/PriceCard.svelte",
            "alias": ("$lib/", "src/lib"),
            "components": ["Counter", "Header"],
            "token": ("--color-theme-1", "#ff3e00"),
        },
    ),
    (
        "angular",
        "src/app/app.ts",
        "Angular 22, TypeScript, Sass",
        {"new": "src/app/price-card/price-card.ts", "default": False, "sheet": "src/styles.scss"},
    ),
    (
        "soft-ui",
        "src/App.js",
        "React, JavaScript, Emotion, MUI",
        {
            "new": "src/components/PriceCard/index.js",
            "alias": ("", "src"),
            "icons": ("@mui/icons-material",),
            "components": ["SoftAlert", "SoftAvatar", "SoftBadge", "SoftBox", "SoftButton"],
        },
    ),
    (
        "material",
        "src/views/Dashboard/Dashboard.js",
        "React 17, JavaScript, plain CSS, Material-UI 4",
        {
            "new": "src/components/PriceCard/PriceCard.js",
            "components": ["Card", "CustomInput", "CustomTabs"],
        },
    ),
    (
        "soft-html",
        "pages/dashboard.html",
        "plain HTML, Sass",
        {"new": "pages/price-card.html", "token": ("$gray-200", "#e9ecef")},
    ),
    (
        "redwood",
        "templates/ts/web/src/App.tsx",
        "React 18, RedwoodJS, TypeScript, plain CSS",
        {
            "root": "templates/ts/web",
            "top": "templates/ts",
            "new": "templates/ts/web/src/components/PriceCard.tsx",
            "alias": ("src/", "templates/ts/web/src"),
        },
    ),
    (
        "turbo",
        "apps/web/src/routes/index.tsx",
        "React 19, TypeScript, Tailwind CSS 4, shadcn/ui",
        {
            "root": "apps/web",
            "top": "",
            "new": "apps/web/src/components/price-card.tsx",
            "alias": ("@/", "apps/web/src"),
            "icons": ("lucide-react",),
            "default": True,
            "token": ("--radius", "0.625rem"),
            "components": ["Header", "Loader", "ModeToggle", "ThemeProvider", "Attachment"],
        },
    ),
    (
        "turbo",
        "packages/ui/src/components/button.tsx",
        "React 19, TypeScript, Tailwind CSS 4, shadcn/ui",
        {
            "root": "packages/ui",
            "new": "packages/ui/src/components/price-card.tsx",
            "default": False,
            "sheet": "packages/ui/src/styles/globals.css",
        },
    ),
]


@pytest.mark.parametrize(
    ("key", "path", "told", "facts"), CASES, ids=[f"{case[0]}:{case[1]}" for case in CASES]
)
def test_found(
    files: Callable[[str], Files], key: str, path: str, told: str, facts: dict[str, Any]
) -> None:
    found = project(files(key), path)
    assert stack_told(found.stack) == told
    assert {name: _fact(found, name, facts[name]) for name in facts} == facts


def _fact(found: Project, name: str, wanted: Any) -> Any:
    match name:
        case "new":
            return found.conventions.path("PriceCard")
        case "default":
            return found.conventions.default_export
        case "sheet":
            return found.style_sheet
        case "alias":
            return next(((one.prefix, one.folder) for one in found.aliases), None)
        case "token":
            return next((token for token in found.tokens if token[0] == wanted[0]), None)
        case "components":
            return [one.name for one in found.components][: len(wanted)]
        case "icons":
            return found.stack.icons
        case _:
            return getattr(found, name)


def test_components_of_another_package(files: Callable[[str], Files]) -> None:
    found = project(files("turbo"), "apps/web/src/routes/index.tsx")
    told = project_told(found, "apps/web/src/components").splitlines()
    assert 'import Header from "./header"' in told
    button = 'import { Button } from "@turbo/ui/components/button" // <Button> { variant?, size? }'
    assert button in told


def test_told_from_another_folder(files: Callable[[str], Files]) -> None:
    found = project(files("turbo"), "apps/web/src/routes/index.tsx")
    assert 'import Header from "@/components/header"' in project_told(found, "apps/web/src/routes")
    found = project(files("soft-ui"), "src/App.js")
    assert 'import SoftBox from "components/SoftBox"' in project_told(found, "src/layouts/x")


def test_reads_are_bounded(files: Callable[[str], Files], monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    within = Files.read

    def counted(self: Files, path: str) -> str | None:
        text = within(self, path)
        read.extend([path] if text is not None else [])
        return text

    monkeypatch.setattr(Files, "read", counted)
    project(files("soft-ui"), "src/App.js")
    assert len([path for path in read if path.startswith("src/")]) <= MOST_READ + 1
    assert len(read) <= MOST_READ + 12


@pytest.mark.parametrize("key", ["turbo", "soft-ui", "sveltekit"])
def test_the_same_each_time(files: Callable[[str], Files], key: str) -> None:
    first, second = (project(files(key), "src/App.tsx") for _ in range(2))
    assert first == second


def test_what_is_ignored_is_not_told(files: Callable[[str], Files]) -> None:
    tree = files("vue")
    ignore = Path(tree.root / "src" / "components" / ".kimiignore")
    ignore.write_text("TheWelcome.vue\nicons/\n")
    try:
        names = [one.name for one in project(tree, "src/App.vue").components]
    finally:
        ignore.unlink()
    assert names == ["HelloWorld", "WelcomeItem"]
