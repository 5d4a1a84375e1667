"""What may be said about visitors, for HTTP and commands alike."""

from typing import Annotated, ClassVar

from pydantic import Field

from daemon.store.forms import Boundary, Change, Email, Form, Id, Line, Number

Uses = Annotated[int, Field(ge=1, le=1000)]
Doors = Annotated[list[Id], Field(min_length=1, max_length=50)]
Uid = Annotated[
    Number | None, Field(repr=False, description="a card's number in hex; never shown again")
]


class NewVisitor(Form):
    """Somebody's guest. No `from`: now. No `doors`: the entrances. No `uses`: any number.

    No `uid`: a name on the list, whom no door knows. Dates are local days, `until` inclusive.
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


class VisitorChange(Change):
    """What is to become different. Only staff may change `host`."""

    stays: ClassVar[frozenset[str]] = frozenset({"name", "host", "since", "until", "while_host_in"})

    name: Line | None = None
    host: Id | None = None
    uid: Uid = None
    email: Email | None = None
    since: Annotated[Boundary | None, Field(alias="from")] = None
    until: Boundary | None = None
    doors: Doors | None = None
    uses: Uses | None = None
    while_host_in: bool | None = None
