"""Import lines: where they go and how they are written."""

from __future__ import annotations

import pytest

from kimi_lsp.project.aliases import Alias
from kimi_lsp.project.component import Component
from kimi_lsp.project.facts import Project
from kimi_lsp.project.files import relative
from kimi_lsp.project.imports import Import, specifier, with_import

CARD = Import("Card", "./Card", True)


@pytest.mark.parametrize(
    ("path", "text", "made"),
    [
        ("a.tsx", "export {}\n", 'import Card from "./Card";\nexport {}\n'),
        ("a.tsx", "", 'import Card from "./Card";\n'),
        (
            "a.jsx",
            "import React from 'react'\nimport {\n  a,\n  b\n} from 'x'\n\nfoo()\n",
            "import React from 'react'\nimport {\n  a,\n  b\n} from 'x'\n"
            "import Card from './Card'\n\nfoo()\n",
        ),
        (
            "a.tsx",
            '"use client";\n\nfoo()\n',
            '"use client";\nimport Card from "./Card";\n\nfoo()\n',
        ),
        (
            "a.js",
            "import './a.css'\r\nfoo()",
            "import './a.css'\r\nimport Card from './Card'\r\nfoo()",
        ),
        ("a.js", "import x from 'x';", "import x from 'x';\nimport Card from './Card';\n"),
        ("a.js", "import Card from '../other'\n", "import Card from '../other'\n"),
        ("a.js", "import { Card as Other } from 'x'\n", "import { Card as Other } from 'x'\n"),
        (
            "a.vue",
            "<script setup lang=\"ts\">\nimport A from './A.vue'\n</script>\n<template/>\n",
            "<script setup lang=\"ts\">\nimport A from './A.vue'\nimport Card from './Card'\n"
            "</script>\n<template/>\n",
        ),
        (
            "a.vue",
            "<template/>\n",
            '<script setup>\nimport Card from "./Card";\n</script>\n\n<template/>\n',
        ),
        (
            "a.vue",
            "<script>\nexport default {}\n</script>\n",
            '<script setup>\nimport Card from "./Card";\n</script>\n\n'
            "<script>\nexport default {}\n</script>\n",
        ),
        (
            "a.svelte",
            "<script>\n\tlet a = 1\n</script>\n<p/>\n",
            '<script>\n\timport Card from "./Card";\n\tlet a = 1\n</script>\n<p/>\n',
        ),
        (
            "a.svelte",
            "<script module>\n  export const a = 1\n</script>\n<p/>\n",
            '<script>\n  import Card from "./Card";\n</script>\n\n'
            "<script module>\n  export const a = 1\n</script>\n<p/>\n",
        ),
        (
            "a.astro",
            "---\nconst a = 1\n---\n<p/>\n",
            '---\nimport Card from "./Card";\nconst a = 1\n---\n<p/>\n',
        ),
        ("a.astro", "<p/>\n", '---\nimport Card from "./Card";\n---\n<p/>\n'),
    ],
)
def test_line(path: str, text: str, made: str) -> None:
    once = with_import(text, path, CARD)
    assert once == made
    assert with_import(once, path, CARD) == made


def test_named() -> None:
    assert Import("Card", "@/ui/card", False).line("'", "") == "import { Card } from '@/ui/card'"


@pytest.mark.parametrize(
    ("path", "folder", "wanted"),
    [
        ("src/components/Card.tsx", "src", "./components/Card"),
        ("src/components/Card/index.js", "src/components", "./Card"),
        ("src/components/Card.tsx", "src/pages/deep", "@/components/Card"),
        ("other/Card.tsx", "src/pages", "../../other/Card"),
        ("src/Card.vue", "src/pages", "@/Card.vue"),
    ],
)
def test_specifier(path: str, folder: str, wanted: str) -> None:
    project = Project(aliases=(Alias("@/", "src"),))
    assert specifier(project, Component("Card", path, True), folder) == wanted


@pytest.mark.parametrize(
    ("path", "folder", "wanted"),
    [
        ("a", "", "./a"),
        ("a/b", "a", "./b"),
        ("a/b", "c/d", "../../a/b"),
        ("a/b/c", "a/x", "../b/c"),
        ("a", "a", "../a"),
    ],
)
def test_relative(path: str, folder: str, wanted: str) -> None:
    assert relative(path, folder) == wanted
