"""What the pages say, in both languages, and which of them a reader gets."""

from collections.abc import Mapping

LANGUAGES = ("it", "en")
Texts = Mapping[str, tuple[str, str]]
"""Sentences by a word for each, Italian and English side by side."""


def said_in(texts: Texts, language: str) -> Mapping[str, str]:
    """Return the sentences in one language."""
    which = LANGUAGES.index(language)
    return {word: said[which] for word, said in texts.items()}


def language_of(asked: str | None, accepted: str, default: str) -> str:
    """Return the language asked for, else the first accepted one that we speak, else the site's."""
    if asked in LANGUAGES:
        return asked
    wishes = sorted(_wishes(accepted), key=lambda wish: -wish[0])
    return next((tag for weight, tag in wishes if weight > 0 and tag in LANGUAGES), default)


def _wishes(accepted: str) -> list[tuple[float, str]]:
    """Read an Accept-Language header (RFC 9110, 12.5.4); what can't be read weighs nothing."""
    wishes = []
    for part in accepted.split(",")[:20]:
        tag, _, weight = part.partition(";")
        wishes.append((_weight(weight), tag.strip().lower().partition("-")[0]))
    return wishes


def _weight(text: str) -> float:
    name, found, value = text.strip().partition("=")
    if not found:
        return 1.0
    try:
        return min(1.0, float(value)) if name.strip().lower() == "q" else 0.0
    except ValueError:
        return 0.0
