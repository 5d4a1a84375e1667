"""Weekly windows in a form, one a line: `lun-ven 08:00-20:00`, or in English `mon-fri`. Pure."""

import re
from collections.abc import Mapping, Sequence

from daemon.store.plans import DAYS
from daemon.store.windows import Windows, hours_text

_ITALIAN = ("lun", "mar", "mer", "gio", "ven", "sab", "dom")
_TO_ENGLISH: Mapping[str, str] = dict(zip(_ITALIAN, DAYS, strict=True))
_TO_ITALIAN: Mapping[str, str] = dict(zip(DAYS, _ITALIAN, strict=True))
_WORD = re.compile(r"[a-z]+", re.ASCII)


def english(text: str) -> str:
    """Return what was written with the days in English; what is none stays as it is."""
    return _WORD.sub(lambda word: _TO_ENGLISH.get(word[0], word[0]), text.lower())


def hours_lines(windows: Windows | None, language: str) -> Sequence[str]:
    """Return each window as a line; none for always, and none for never."""
    lines = [hours_text([window]) for window in windows or ()]
    if language != "it":
        return lines
    return [_WORD.sub(lambda word: _TO_ITALIAN.get(word[0], word[0]), line) for line in lines]
