"""Forms of the pages become the forms of the API: an empty field clears, what is wrong has a word.

The word is that of a sentence in the page's own texts: `bad_email`, `email-taken`, else `other`.
"""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from api.pages.words import Texts
from api.problems import Failure
from daemon.store.forms import Change
from daemon.store.objections import Conflict, Invalid

F = TypeVar("F", bound=BaseModel)
T = TypeVar("T")


class Refused(Failure):
    """What was written can't be taken; `word` says why in the page's own texts."""

    def __init__(self, word: str, status: HTTPStatus) -> None:
        super().__init__(status, "invalid", "the form says what can't be")
        self.word = word


def filled(form: type[F], said: Mapping[str, str], names: Sequence[str]) -> F:
    """Fill in a form with the named fields; an empty one says nothing, or clears what is there.

    Raises ValidationError, which names the field also where that can't be cleared.
    """
    stays = form.stays if issubclass(form, Change) else frozenset()
    written = {name: said.get(name, "").strip() for name in names}
    return form.model_validate(
        {name: value if value or name in stays else None for name, value in written.items()}
    )


def attempt(deed: Callable[[], T], texts: Texts) -> T:
    """Do something with what was written; raises Refused with a word of the page."""
    try:
        return deed()
    except ValidationError as error:
        where = error.errors(include_url=False, include_context=False)[0]["loc"]
        field = str(where[0]) if where else ""
        raise Refused(_word(f"bad_{field}", texts), HTTPStatus.UNPROCESSABLE_ENTITY) from None
    except Invalid as refused:
        word = _word(f"bad_{refused.field}", texts)
        raise Refused(word, HTTPStatus.UNPROCESSABLE_ENTITY) from None
    except Conflict as refused:
        raise Refused(_word(refused.slug, texts), HTTPStatus.CONFLICT) from None


def _word(word: str, texts: Texts) -> str:
    return word if word in texts else "other"
