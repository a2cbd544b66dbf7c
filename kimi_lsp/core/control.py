"""Files that decide what runs on a machine: an edit of one needs its person's own consent.

The list holds what editors, shells, package managers, version control, CI and assistants obey
without asking. Names are compared as a file system that ignores case would compare them.
"""

from __future__ import annotations

import unicodedata

_FOLDERS = frozenset(
    {
        ".git",
        ".github",
        ".gitlab",
        ".circleci",
        ".buildkite",
        ".husky",
        ".vscode",
        ".idea",
        ".zed",
        ".fleet",
        ".devcontainer",
        ".cursor",
        ".claude",
        ".kimi",
        ".cargo",
        ".mvn",
        ".windsurf",
        ".clinerules",
        ".roo",
        ".codex",
        ".gemini",
        ".githooks",
        ".woodpecker",
        ".yarn",
        ".ssh",
    }
)
_NAMES = frozenset(
    {
        ".envrc",
        ".npmrc",
        ".yarnrc",
        ".yarnrc.yml",
        ".pnpmfile.cjs",
        ".pypirc",
        ".netrc",
        ".exrc",
        ".nvimrc",
        ".nvim.lua",
        ".vimrc",
        ".dir-locals.el",
        ".bashrc",
        ".bash_profile",
        ".profile",
        ".zshrc",
        ".zshenv",
        ".zprofile",
        ".gitconfig",
        ".gitmodules",
        ".gitattributes",
        ".gitlab-ci.yml",
        ".travis.yml",
        ".drone.yml",
        ".mcp.json",
        ".devcontainer.json",
        ".bash_login",
        ".zlogin",
        ".gdbinit",
        ".lldbinit",
        ".bazelrc",
        ".tool-versions",
        ".mise.toml",
        "mise.toml",
        "cloudbuild.yaml",
        "appveyor.yml",
        "lefthook.yaml",
        ".lefthook.yml",
        ".pre-commit-config.yaml",
        ".kimiignore",
        ".gitignore",
        ".cursorrules",
        ".windsurfrules",
        "azure-pipelines.yml",
        "bitbucket-pipelines.yml",
        "jenkinsfile",
        "lefthook.yml",
        "agents.md",
        "claude.md",
        "gemini.md",
        "kimi.toml",
        "sitecustomize.py",
        "usercustomize.py",
    }
)


def is_control_file(path: str) -> bool:
    """Whether a relative path, with ``/``, names such a file."""
    steps = [_folded(step) for step in path.replace("\\", "/").split("/") if step]
    if not steps:
        return False
    name = steps[-1]
    return (
        any(step in _FOLDERS for step in steps)
        or name in _NAMES
        or name.startswith(".env")
        or name.endswith(".code-workspace")
    )


def _folded(step: str) -> str:
    # Windows drops dots and spaces at the end of a name, and what follows a colon is a stream.
    return unicodedata.normalize("NFKC", step).casefold().partition(":")[0].rstrip(". ")
