"""What is wrong with a configuration, and the words for it.

ConfigError            everything wrong with one file, at once
"""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time

_LONGEST = 40
_MOST_BITS = 64
_MOST_CANDIDATES = 64
_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "true or false"),
    (str, "text"),
    (int, "a whole number"),
    (float, "a number"),
    (dict, "a table"),
    (list, "a list"),
    (date, "a date"),
    (time, "a time"),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One wrong setting: its key, and a sentence with what was found, expected, and to do."""

    key: str
    expected: str

    def __str__(self) -> str:
        return f"{self.key}: {self.expected}"


class ConfigError(Exception):
    """The configuration can't be used; `problems` holds every reason, a line each in the text."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def kind(value: object) -> str:
    """Name a value's type as an operator would; say nothing of what it holds."""
    return next((word for known, word in _KINDS if isinstance(value, known)), "something odd")


def shown(value: object) -> str:
    """Quote a plain value, short and printable; name any other by its kind."""
    match value:
        case str():
            return f"`{printable(value)}`" if value else "an empty text"
        case int() if value.bit_length() > _MOST_BITS:
            return "a huge number"
        case int() | float() | date() | time():
            return f"`{value}`".lower()
        case []:
            return "an empty list"
        case _:
            return kind(value)


def in_key(name: str) -> str:
    """Write one part of a key as TOML would."""
    plain = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    return name if plain else f'"{printable(name)}"'


def wrong(value: object, expected: str) -> str:
    return f"found {shown(value)}, expected {expected}"


def nearest(word: str, known: Sequence[str], most: int = _MOST_CANDIDATES) -> str:
    """End a sentence with the likeliest known word, if one is near and not too many are known."""
    few = known if len(known) <= most else ()
    match = difflib.get_close_matches(word[:_LONGEST], few, n=1)
    return f"; did you mean `{printable(match[0])}`?" if match else ""


def either(words: Iterable[str]) -> str:
    *most, last = (f"`{printable(word)}`" for word in words)
    return f"{', '.join(most)} or {last}" if most else last


def printable(text: str, longest: int = _LONGEST) -> str:
    """Cut a text short and escape whatever a terminal might obey."""
    cut = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii")
        for letter in cut
    )
