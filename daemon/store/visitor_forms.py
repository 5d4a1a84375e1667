"""What may be said about visitors, for HTTP and commands alike."""

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from daemon.store.code_words import Code, one_of_both
from daemon.store.forms import Boundary, Change, Email, Form, Id, Line, Number

Uses = Annotated[int, Field(ge=1, le=1000)]
Doors = Annotated[list[Id], Field(min_length=1, max_length=50)]
Uid = Annotated[
    Number | None, Field(repr=False, description="a card's number in hex; never shown again")
]


class NewVisitor(Form):
    """Somebody's guest. No `from`: now. No `doors`: the entrances. No `uses`: any number.

    No `uid` and no `code`: a name on the list, whom no door knows. Dates are local days, `until`
    inclusive.
    """

    name: Line
    host: Id | None = None
    uid: Uid = None
    email: Email | None = None
    since: Annotated[Boundary | None, Field(alias="from")] = None
    until: Boundary
    doors: Doors | None = None
    uses: Uses | None = None
    while_host_in: bool = False
    code: Code = False

    @model_validator(mode="after")
    def _has_one_of_both(self) -> Self:
        return one_of_both(self, self.uid, code=self.code)


class VisitorChange(Change):
    """What is to become different. Only staff may change `host`.

    With `code` a new one takes the place of card or code.
    """

    stays: ClassVar[frozenset[str]] = frozenset(
        {"name", "host", "since", "until", "while_host_in", "code"}
    )

    name: Line | None = None
    host: Id | None = None
    uid: Uid = None
    email: Email | None = None
    since: Annotated[Boundary | None, Field(alias="from")] = None
    until: Boundary | None = None
    doors: Doors | None = None
    uses: Uses | None = None
    while_host_in: bool | None = None
    code: Code = False

    @model_validator(mode="after")
    def _has_one_of_both(self) -> Self:
        return one_of_both(self, self.uid, code=self.code)
