"""The tables [[webhooks]]: which programs are told what stands in the journal.

An address is often as good as a password, so no text here shows one.
"""

from functools import cached_property
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field

from daemon.calendars.addresses import Address, parsed
from daemon.calendars.troubles import Refused
from daemon.config import fields
from daemon.config.addresses import is_this_machine
from daemon.config.problems import either
from daemon.config.table import Table

_Kind = Literal["tap", "exit", "door", "retained", "presence", "staff", "change", "alarm", "system"]
EVENTS: tuple[_Kind, ...] = get_args(_Kind)
_EXPECTED = "an address such as `https://host/path`, or `http://127.0.0.1:port/` to this machine"


def _receiver(text: str) -> str:
    try:
        address = parsed(text)
    except Refused:
        raise ValueError(f"found something that can't be read, expected {_EXPECTED}") from None
    if not address.is_secure and not is_this_machine(address.host):
        raise ValueError(f"found http to another machine, expected {_EXPECTED}")
    return text


Event = Annotated[_Kind, Field(description=either(EVENTS))]


class Webhook(Table):
    """Who is told, the file of the secret that signs it, and of which kinds of entries."""

    url: Annotated[str, AfterValidator(_receiver), Field(repr=False, description=_EXPECTED)]
    secret_file: Annotated[fields.FilePath, Field(description="the path of a file")]
    events: Annotated[
        tuple[Event, ...],
        Field(strict=False, min_length=1, description='a list such as ["tap", "alarm"]'),
    ] = EVENTS

    @cached_property
    def receiver(self) -> Address:
        return parsed(self.url)

    @property
    def is_near(self) -> bool:
        """Tell whether the receiver runs on this machine."""
        return is_this_machine(self.receiver.host)
