"""A door may want a PIN beside the badge: who finds a badge does not get in with it."""

from datetime import datetime

from daemon.access.facts import Facts, PinShown
from daemon.access.verdict import Reason, Refused
from daemon.access.words import Text

_REFUSED = Refused(Reason.PIN_NEEDED)
_NONE = Text("questa porta non chiede un PIN", "this door asks for no PIN")
_NOBODYS = Text(
    "serve un PIN e non ne è registrato nessuno: va dato con `usciere member pin`",
    "a PIN is needed and none is on record: give one with `usciere member pin`",
)
_NEEDED = Text("serve il PIN insieme al badge", "the PIN is needed with the badge")
_SHOWN = Text("il PIN è stato digitato", "a PIN was entered")


def judge(facts: Facts, _at: datetime) -> Refused | None:
    """Refuse a badge without a PIN where the door wants both; not who leaves."""
    asked = facts.place.pin and facts.is_new_arrival
    return _REFUSED if asked and facts.pin is PinShown.NONE else None


def tell(facts: Facts, _at: datetime) -> Text:
    """Say whether a PIN is needed, and whether there is one to check it by."""
    if not facts.place.pin:
        return _NONE
    if not facts.has_pin:
        return _NOBODYS
    return _NEEDED if facts.pin is PinShown.NONE else _SHOWN
