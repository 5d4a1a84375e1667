"""Names for whom nobody can name any more: drawn by lot for a person's day, and kept nowhere else.

A day's visits keep one name, so days, hours and entries of a month stay what they were; no two days
have the same, so nobody's days can be put together.
"""

import secrets

_PREFIX = "past-"
FORGOTTEN = "past"
"""Who stands in a report for all of them."""


def pseudonym() -> str:
    """Return a name that nobody has had."""
    return f"{_PREFIX}{secrets.token_hex(8)}"


def is_forgotten(person: str) -> bool:
    """Tell whether this is such a name."""
    return person.startswith(_PREFIX)
