"""What each field of the forms takes, in words, and what is wrong with a form in sentences."""

from collections.abc import Mapping, Sequence

from pydantic import ValidationError

from daemon.config.problems import wrong

EXPECTED: Mapping[str, str] = {
    "id": "small letters, digits, `-` and `_`, at most 63",
    "name": "a name of at most 200 characters",
    "email": "an address such as anna@example.org",
    "plan": "the id of a plan",
    "role": "`member`, `staff` or `admin`",
    "valid_from": "a date such as 2026-01-31, or an instant such as 2026-01-31T09:00:00+01:00",
    "valid_until": "a date such as 2026-01-31, or an instant such as 2026-01-31T09:00:00+01:00",
    "status": "`active` or `suspended`",
    "language": "`it` or `en`",
    "visibility": "`hidden`, `count` or `members`",
    "start": "an instant such as 2026-01-31T09:00:00+01:00",
    "end": "an instant such as 2026-01-31T10:00:00+01:00",
    "title": "a text of at most 200 characters",
    "uid_format": "`hex` or another format of docs/supported.md",
    "label": "a text of at most 200 characters",
    "hours": "windows such as `mon-fri 08:00-20:00`",
    "entries_per_month": "a whole number from 0 to 1000",
    "entries": "a whole number from 1 to 1000",
    "covers": "`day` or `half-day`",
    "rooms": "ids of rooms",
    "host": "the id of a member",
    "from": "a date such as 2026-01-31, or an instant such as 2026-01-31T09:00:00+01:00",
    "until": "a date such as 2026-01-31, or an instant such as 2026-01-31T09:00:00+01:00",
    "doors": "ids of doors",
    "uses": "a whole number from 1 to 1000",
    "while_host_in": "`yes` or `no`",
    "kind": "one of the words in the help of this command",
    "room": "the id of a room",
    "capacity": "a whole number from 1 on",
    "organiser": "the id of a member",
}


def objections(error: ValidationError) -> Sequence[tuple[str, str]]:
    """Return (field, sentence) for everything wrong with a form."""
    found = []
    for each in error.errors(include_url=False, include_context=False):
        field = str(each["loc"][0]) if each["loc"] else "form"
        expected = EXPECTED.get(field)
        own = each["msg"].removeprefix("Value error, ")
        if each["type"] == "missing":
            sentence = f"missing; write {expected or 'it'}"
        else:
            sentence = wrong(each["input"], expected) if expected else own
        found.append((field, sentence))
    return found
