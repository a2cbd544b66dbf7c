"""Framework, styling and kits, by what a package depends on and by the names of its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kimi_lsp.project.manifest import Package

Framework = Literal[
    "react", "preact", "vue", "svelte", "solid", "angular", "astro", "lit", "qwik", "html"
]
Styling = Literal[
    "tailwind",
    "unocss",
    "css-modules",
    "styled-components",
    "emotion",
    "vanilla-extract",
    "sass",
    "css",
]

_BY_SUFFIX: Mapping[str, Framework] = {".vue": "vue", ".svelte": "svelte", ".astro": "astro"}
# What a framework is built on, or may be mixed with, comes after it.
_FRAMEWORKS: Sequence[tuple[str, Framework]] = (
    ("@angular/core", "angular"),
    ("solid-js", "solid"),
    ("@builder.io/qwik", "qwik"),
    ("@qwik.dev/core", "qwik"),
    ("preact", "preact"),
    ("svelte", "svelte"),
    ("vue", "vue"),
    ("nuxt", "vue"),
    ("react", "react"),
    ("next", "react"),
    ("lit", "lit"),
    ("astro", "astro"),
)
_META = {
    "next": "Next.js",
    "nuxt": "Nuxt",
    "@sveltejs/kit": "SvelteKit",
    "@solidjs/start": "SolidStart",
    "@react-router/dev": "React Router",
    "@remix-run/react": "Remix",
    "@redwoodjs/web": "RedwoodJS",
    "@tanstack/react-start": "TanStack Start",
    "gatsby": "Gatsby",
    "astro": "Astro",
}
_KITS = {
    "@mui/material": "MUI",
    "@material-ui/core": "Material-UI 4",
    "antd": "Ant Design",
    "@chakra-ui/react": "Chakra UI",
    "@mantine/core": "Mantine",
    "@heroui/react": "HeroUI",
    "@radix-ui/themes": "Radix Themes",
    "@headlessui/react": "Headless UI",
    "@headlessui/vue": "Headless UI",
    "@fluentui/react-components": "Fluent UI",
    "react-bootstrap": "React-Bootstrap",
    "reactstrap": "reactstrap",
    "vuetify": "Vuetify",
    "element-plus": "Element Plus",
    "primevue": "PrimeVue",
    "naive-ui": "Naive UI",
    "quasar": "Quasar",
    "@nuxt/ui": "Nuxt UI",
    "bits-ui": "Bits UI",
    "@skeletonlabs/skeleton-svelte": "Skeleton",
    "@kobalte/core": "Kobalte",
    "@angular/material": "Angular Material",
    "primeng": "PrimeNG",
    "ng-zorro-antd": "NG-ZORRO",
    "daisyui": "daisyUI",
    "flowbite": "Flowbite",
    "bootstrap": "Bootstrap",
    "bulma": "Bulma",
}
_ICONS = (
    *("lucide-react", "lucide-vue-next", "@lucide/vue", "lucide-svelte", "@lucide/svelte"),
    *("lucide-solid", "lucide-angular", "lucide-preact", "react-icons", "@heroicons/react"),
    *("@heroicons/vue", "@tabler/icons-react", "@tabler/icons-vue", "@phosphor-icons/react"),
    *("@radix-ui/react-icons", "@mui/icons-material", "@ant-design/icons", "@iconify/react"),
    *("@iconify/vue", "@fortawesome/react-fontawesome", "@fortawesome/fontawesome-free"),
    *("@mdi/font", "@mdi/js", "unplugin-icons", "bootstrap-icons", "solid-icons"),
)


@dataclass(frozen=True)
class Stack:
    """``version`` and ``tailwind`` are major versions, None where they are not known.

    ``meta`` is the framework around the framework, empty where there is none.
    """

    framework: Framework = "html"
    version: int | None = None
    meta: str = ""
    typescript: bool = False
    styling: Styling = "css"
    tailwind: int | None = None
    kits: tuple[str, ...] = ()
    icons: tuple[str, ...] = ()


def stack(package: Package | None, files: Sequence[str], css: str, path: str) -> Stack:
    """The stack of a package with these files; ``css`` is its global style sheet.

    ``path`` is the document asked about, whose suffix decides where several frameworks meet.
    """
    suffix = path[path.rfind(".") :] if "." in path else ""
    if package is None:
        return Stack(framework=_BY_SUFFIX.get(suffix, "html"), styling=_plain_styling(files))
    framework, name = _framework(package, suffix)
    has = package.has
    names = {file.rpartition("/")[2] for file in files}
    tailwind = _tailwind(package, names, css)
    modules = any(file.endswith((".module.css", ".module.scss", ".module.sass")) for file in files)
    styling = _plain_styling(files)
    ways: tuple[tuple[Styling, bool], ...] = (
        ("vanilla-extract", has("@vanilla-extract/css")),
        ("emotion", has("@emotion/react") or has("@emotion/styled")),
        ("styled-components", has("styled-components")),
        ("css-modules", modules),
        ("unocss", has("unocss") or has("@unocss/vite")),
        ("tailwind", tailwind is not None),
    )
    for styles, found in ways:
        styling = styles if found else styling
    return Stack(
        framework=framework,
        version=package.major(name) if name else None,
        meta=next((shown for need, shown in _META.items() if need in package.needs), ""),
        typescript=framework == "angular" or _typescript(package, names, files),
        styling=styling,
        tailwind=tailwind or None,
        kits=_kits(package, names),
        icons=tuple(icon for icon in _ICONS if has(icon)),
    )


def _framework(package: Package, suffix: str) -> tuple[Framework, str]:
    """The framework, and the dependency that says so."""
    wanted = _BY_SUFFIX.get(suffix)
    for needs in (package.needs, package.shared):
        for name, framework in _FRAMEWORKS:
            if name in needs and wanted in (None, framework):
                return framework, name
    return wanted or "html", ""


def _typescript(package: Package, names: set[str], files: Sequence[str]) -> bool:
    if "tsconfig.json" in names or "tsconfig.app.json" in names:
        return True
    return package.has("typescript") and any(file.endswith((".ts", ".tsx")) for file in files)


def _tailwind(package: Package, names: set[str], css: str) -> int | None:
    """The major version of Tailwind, 0 where it is there and not known, None where it is not."""
    if any(package.has(name) for name in ("@tailwindcss/vite", "@tailwindcss/postcss")):
        return 4
    if '@import "tailwindcss' in css or "@import 'tailwindcss" in css:
        return 4
    if "@tailwind " in css:
        return 3
    if package.has("tailwindcss"):
        # The version is often inherited or `latest`; version 4 is set up in its style sheet.
        configured = any(name.startswith("tailwind.config.") for name in names)
        return package.major("tailwindcss") or (3 if configured else 0)
    return None


def _kits(package: Package, names: set[str]) -> tuple[str, ...]:
    shadcn = ("shadcn/ui",) if "components.json" in names else ()
    found = tuple(shown for name, shown in _KITS.items() if package.has(name))
    if (
        not shadcn
        and not found
        and any(one.startswith("@radix-ui/react-") for one in package.needs)
    ):
        found = ("Radix UI primitives",)
    return (*shadcn, *dict.fromkeys(found))


def _plain_styling(files: Sequence[str]) -> Styling:
    return "sass" if any(file.endswith((".scss", ".sass")) for file in files) else "css"
