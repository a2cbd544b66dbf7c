"""A React or Preact component bundled by esbuild alone, with none of the project's code run.

esbuild reads what the component imports, packages included; no configuration of the project's is
a program here. What it read is asked for as any other file of a page is.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from kimi_lsp.vision.rendering import Candidate

VARIABLE = "KIMI_ESBUILD"
"""The environment variable that names esbuild's program."""

FRAMEWORKS = ("react", "preact")
SECONDS = 60

_MOUNTS = {
    "react": (
        'export { createRoot as __root } from "react-dom/client";'
        'export { flushSync as __flush } from "react-dom";'
        'export { createElement as __element } from "react";',
        "const mount = (C) => kimi.__flush(() => kimi.__root(app).render(kimi.__element(C)));",
    ),
    "preact": (
        'export { h as __element, render as __render } from "preact";',
        "const mount = (C) => kimi.__render(kimi.__element(C), app);",
    ),
}
_PAGE = """<!doctype html><html><head><meta charset="utf-8">
<script>addEventListener("error", () => { window.__kimi ??= "failed" }, true)</script>
<link rel="stylesheet" href="/kimi.css"></head><body class="BODY"><div id="app"></div>
<script src="/kimi.js"></script><script>
const app = document.getElementById("app");
MOUNT
const named = Object.entries(kimi).filter(([name]) => !name.startsWith("__"));
const Component = kimi.default ?? named.find(([, one]) => typeof one === "function")?.[1];
if (!Component) throw new Error("the module exports no component");
mount(Component); window.__kimi = "mounted";
</script></body></html>"""


def esbuild(environment: Mapping[str, str], root: str, *, trusted: bool) -> str | None:
    """The machine's esbuild, or the project's own where the project is trusted."""
    home = os.path.realpath(root)
    if trusted:
        own = Path(home) / "node_modules" / ".bin" / "esbuild"
        if own.exists():
            return str(own)
    found = environment.get(VARIABLE) or shutil.which("esbuild", path=environment.get("PATH", ""))
    if found is None or not os.path.isabs(found) or not os.path.isfile(found):
        return None
    inside = any(Path(one).is_relative_to(home) for one in (found, os.path.realpath(found)))
    return None if inside and not trusted else found


def bundle(
    candidate: Candidate, program: str, read: Callable[[str], bytes | None]
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The files of the candidate's page by name, and what is wrong with its code."""
    root = Path(os.path.realpath(candidate.root or "/"))
    exports, mount = _MOUNTS[candidate.framework]
    sheets = "".join(f"import {json.dumps('./' + one)};" for one in candidate.styles)
    with tempfile.TemporaryDirectory(prefix="bundle-") as folder:
        out = Path(folder)
        # The code of the component comes by its standard input; its style sheets are its sisters.
        for name, code, form in (
            ("kimi", f"{candidate.code}\n{exports}", "iife"),
            ("page", sheets, "esm"),
        ):
            where = root / Path(candidate.path).parent if name == "kimi" else root
            said = _run(program, candidate, code, where, out / f"{name}.js", form)
            if said:
                return {}, said
            kept = _unread(out / f"{name}.json", where, root, read)
            if kept:
                return {}, (f"{kept} may not be read for this page",)
        css = [out / "page.css", out / "kimi.css"]
        files = {
            "index.html": _PAGE.replace("MOUNT", mount).replace("BODY", candidate.body).encode(),
            "kimi.js": (out / "kimi.js").read_bytes(),
            "kimi.css": b"\n".join(one.read_bytes() for one in css if one.exists()),
        }
    return files, ()


def _run(
    program: str, candidate: Candidate, code: str, where: Path, to: Path, form: str
) -> tuple[str, ...]:
    suffix = Path(candidate.path).suffix.lstrip(".")
    source = {"preact": "--jsx-import-source=preact"}.get(candidate.framework)
    command = [
        program,
        "--bundle",
        f"--loader={suffix if suffix in ('ts', 'tsx') else 'jsx'}",
        f"--format={form}",
        "--global-name=kimi" if form == "iife" else "--tree-shaking=true",
        "--jsx=automatic",
        *([source] if source else []),
        *(f"--loader:.{kind}=dataurl" for kind in ("png", "jpg", "jpeg", "gif", "webp", "svg")),
        *(f"--loader:.{kind}=dataurl" for kind in ("woff", "woff2", "ttf", "otf", "avif")),
        '--define:process.env.NODE_ENV="development"',
        f"--sourcefile={Path(candidate.path).name}",
        f"--metafile={to.with_suffix('.json')}",
        f"--outfile={to}",
        "--log-level=error",
        "--color=false",
    ]
    try:
        done = subprocess.run(  # noqa: S603
            command,
            input=code,
            cwd=where,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return (f"esbuild did not end within {SECONDS} seconds",)
    return (done.stderr.strip(),) if done.returncode else ()


def _unread(
    metafile: Path, where: Path, root: Path, read: Callable[[str], bytes | None]
) -> str | None:
    """The first file of the bundle that the page may not have."""
    for name in json.loads(metafile.read_text("utf-8"))["inputs"]:
        file = Path(os.path.realpath(where / name))
        if (
            name.startswith(("<", "(disabled)"))
            or "node_modules" in file.parts
            or not file.is_file()
        ):
            continue
        if not file.is_relative_to(root) or read(file.relative_to(root).as_posix()) is None:
            return name
    return None
