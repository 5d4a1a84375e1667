"""What forms say of codes to type in, for all who may have one in a card's place."""

from typing import Annotated, TypeVar

from pydantic import Field

from daemon.store.forms import Form

Code = Annotated[
    bool, Field(description="true: make a code to type in, shown once, in the answer to this")
]
_Said = TypeVar("_Said", bound=Form)


def one_of_both(form: _Said, card: str | None, *, code: bool) -> _Said:
    """Return the form; refuses a card and a code for the same person."""
    if code and card is not None:
        raise ValueError("a card or a code, not both: leave one of them out")
    return form
