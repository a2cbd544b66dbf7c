"""Kimi K2.5 as a language server. A test holds the version equal to that of the package."""

__version__ = "0.1.0"
