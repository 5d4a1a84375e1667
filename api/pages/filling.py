"""Forms of the pages become the forms of the API: an empty field clears, what is wrong has a word.

The word is that of a sentence in the page's own texts: `bad_email`, `email-taken`, else `other`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from types import MappingProxyType
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from api.pages.words import Texts
from api.problems import Failure
from daemon.store.forms import Change
from daemon.store.objections import Conflict, Invalid, Overlap

F = TypeVar("F", bound=BaseModel)
T = TypeVar("T")


class Refused(Failure):
    """What was written can't be taken; `word` says why in the page's own texts.

    `taken`: from when until when the room is somebody else's.
    """

    def __init__(
        self, word: str, status: HTTPStatus, taken: tuple[datetime, datetime] | None = None
    ) -> None:
        super().__init__(status, "invalid", "the form says what can't be")
        self.word = word
        self.taken = taken


def amiss(word: str) -> Refused:
    """Return the refusal of what was written in a field."""
    return Refused(word, HTTPStatus.UNPROCESSABLE_ENTITY)


Reading = Callable[[str], object]
"""How a field that is no text is read; what can't be read is left for the form to refuse."""


def filled(
    form: type[F],
    said: Mapping[str, str],
    names: Sequence[str],
    kinds: Mapping[str, Reading] = MappingProxyType({}),
) -> F:
    """Fill in a form with the named fields; an empty one says nothing, or clears what is there.

    Raises ValidationError, which names the field also where that can't be cleared.
    """
    stays = _staying(form)
    written = {name: said.get(name, "").strip() for name in names}
    return form.model_validate(
        {
            name: kinds.get(name, str)(value) if value or name in stays else None
            for name, value in written.items()
        }
    )


def _staying(form: type[BaseModel]) -> frozenset[str]:
    """Return what can't be cleared, as it is named on the wire."""
    if not issubclass(form, Change):
        return frozenset()
    return frozenset(form.model_fields[name].alias or name for name in form.stays)


def different(said: Mapping[str, str], kept: Mapping[str, str]) -> Sequence[str]:
    """Return the names of the fields that were not left as they were shown."""
    return [name for name, value in kept.items() if _plain(said.get(name, "")) != value]


def _plain(text: str) -> str:
    """Return a text as it was shown; browsers send each end of a line as two characters."""
    return text.replace("\r\n", "\n").strip()


def number(text: str) -> object:
    """Read a whole number."""
    return int(text) if _NUMBER.fullmatch(text) else text


def tick(text: str) -> object:
    """Read a box that is ticked, or not."""
    return _TICKS.get(text, text)


_NUMBER = re.compile(r"\d{1,7}", re.ASCII)
_TICKS: Mapping[str, object] = {"yes": True, "": False}


def attempt(deed: Callable[[], T], texts: Texts) -> T:
    """Do something with what was written; raises Refused with a word of the page."""
    try:
        return deed()
    except ValidationError as error:
        where = error.errors(include_url=False, include_context=False)[0]["loc"]
        field = str(where[0]) if where else ""
        raise Refused(_word(f"bad_{field}", texts), HTTPStatus.UNPROCESSABLE_ENTITY) from None
    except Invalid as refused:
        word = _word(f"bad_{refused.field.partition('.')[0]}", texts)
        raise Refused(word, HTTPStatus.UNPROCESSABLE_ENTITY) from None
    except Overlap as refused:
        taken = (refused.start, refused.end)
        raise Refused(_word(refused.slug, texts), HTTPStatus.CONFLICT, taken) from None
    except Conflict as refused:
        raise Refused(_word(refused.slug, texts), HTTPStatus.CONFLICT) from None


def _word(word: str, texts: Texts) -> str:
    return word if word in texts else "other"
