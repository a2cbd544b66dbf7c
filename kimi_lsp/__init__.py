"""Kimi K2.5 as a language server. The version is the one in ``pyproject.toml``; a test compares them."""

__version__ = "0.1.0"
