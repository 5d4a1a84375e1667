"""A feed's body by its address, or the news that it has not changed."""

from dataclasses import dataclass
from http import HTTPStatus

from daemon.calendars.asking import Answer, Question, Ways, ask
from daemon.calendars.troubles import NotServed

_LONGEST_VALIDATOR = 1000
_REASONS = {
    401: "asks for a user and password; write them into the address, as https://user:password@host",
    403: "does not let us in; use the calendar's secret or public iCal address",
    404: "has no calendar there; check the address",
    410: "has no calendar there any more; check the address",
}


@dataclass(frozen=True, slots=True)
class Validators:
    """What the server called the copy we have, so that it need not be sent again."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A new copy. Whether it is a calendar is for `reading` to say."""

    body: bytes
    validators: Validators


@dataclass(frozen=True, slots=True)
class NotModified:
    """The copy we have is still the right one."""


def fetch(url: str, ways: Ways, known: Validators = Validators()) -> Fetched | NotModified:
    """Fetch a feed; raise one of `troubles` if there is no whole new copy."""
    headers = {"Accept": "text/calendar, */*;q=0.5"}
    if known.etag:
        headers["If-None-Match"] = known.etag
    if known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    answer = ask(url, Question(headers=headers), ways)
    if answer.status == HTTPStatus.NOT_MODIFIED and known != Validators():
        return NotModified()
    served(answer, HTTPStatus.OK)
    return Fetched(
        answer.body,
        Validators(_validator(answer, "etag"), _validator(answer, "last-modified")),
    )


def served(answer: Answer, expected: HTTPStatus) -> None:
    """Raise NotServed unless the server answered as expected."""
    if answer.status == expected:
        return
    reason = _REASONS.get(answer.status, f"answers with status {answer.status}; try again later")
    raise NotServed(f"{answer.address.shown} {reason}")


def _validator(answer: Answer, name: str) -> str | None:
    """Return what may be sent back as it came; anything else is as good as nothing."""
    value = answer.headers.get(name, "")
    return value if 0 < len(value) <= _LONGEST_VALIDATOR and value.isprintable() else None
