"""The English names of the languages an editor's locale may ask for."""

from __future__ import annotations

_NAMES = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "es": "Spanish",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "pt-br": "Brazilian Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sv": "Swedish",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Simplified Chinese",
    "zh-hant": "Traditional Chinese",
    "zh-tw": "Traditional Chinese",
}


def language_name(tag: str) -> str:
    """The English name of a language tag such as ``fr`` or ``pt_BR.UTF-8``; empty for English.

    A name that is no tag, such as ``Esperanto``, is taken as it is.
    """
    plain = tag.split(".")[0].replace("_", "-").strip()
    lower = plain.lower()
    if lower in ("", "c", "posix", "en") or lower.startswith("en-"):
        return ""
    return _NAMES.get(lower) or _NAMES.get(lower.split("-")[0]) or (plain if len(plain) > 3 else "")
