"""A second tap right after a granted one is granted again, but as a repeat: no unlock, no visit."""

from datetime import datetime

from daemon.access.facts import Facts
from daemon.access.verdict import Granted, Reason
from daemon.access.words import Text, stamp

_GRANTED = Granted(Reason.REPEAT)
_FIRST = Text("non è una ripetizione", "not a repeat")


def judge(facts: Facts, _at: datetime) -> Granted | None:
    """Turn a grant into a repeat; asked last, so that what is now refused stays refused."""
    return None if facts.message.repeat_of is None else _GRANTED


def tell(facts: Facts, _at: datetime) -> Text:
    """Say which grant is repeated."""
    if facts.message.repeat_of is None:
        return _FIRST
    first = stamp(facts.message.repeat_of, facts.calendar.zone)
    return Text(f"ripete l'ingresso del {first}", f"repeats the grant of {first}")
