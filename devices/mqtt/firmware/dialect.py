"""What every firmware's file offers, and the few things that one can hear from a device.

A firmware translates and does nothing else: it owns no connection, reads no clock, knows no other
firmware and no member. It may keep what the device told it (its address, its topics).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from devices.contract import Command, DeviceError, Fitting


class Garbled(DeviceError):
    """A message that its firmware would not send, or sends where it must not be believed."""


class Message(NamedTuple):
    """A message as the broker gave it. `retained`: it may be older than the connection."""

    topic: str
    payload: bytes
    retained: bool
    received: datetime


class Card(NamedTuple):
    """A card was shown. `text`: its number as the firmware prints it.

    `written`: the uid format, where the message tells; else it is the fitting's. `opened`: the
    device let them in by itself.
    """

    text: str
    written: str | None = None
    opened: bool = False

    def __repr__(self) -> str:
        return f"Card(…, {self.written!r}, opened={self.opened})"


class Online(NamedTuple):
    """The device is there, or its last will says that it is not."""

    there: bool


class Contact(NamedTuple):
    """The door stands open, or is closed."""

    open: bool


class Bolt(NamedTuple):
    """The lock is locked, or not."""

    locked: bool


class Pressed(NamedTuple):
    """The button to go out was pressed at the device, which opens by itself."""


class Alarm(NamedTuple):
    """The device says that something is wrong; `code` as the journal has it: `tampered`."""

    code: str


class Answered(NamedTuple):
    """The device did, or would not do, what the command `id` said; `problem` None: it did."""

    id: str
    problem: str | None = None


Heard = Card | Online | Contact | Bolt | Pressed | Alarm | Answered


class Sent(NamedTuple):
    """Something to publish: never retained, and worthless after the command's `expires`."""

    topic: str
    payload: bytes


class Firmware(Protocol):
    """One device of a maker's firmware at one door. Made of a `Fitting`; raises nothing at that."""

    def topics(self) -> Mapping[str, bool]:
        """Return topic filter -> whether its retained message is wanted; may grow (discovery)."""

    def hear(self, message: Message) -> Sequence[Heard]:
        """Return what the message says, nothing for what is not ours; raises Garbled."""

    def obey(self, command: Command) -> Sequence[Sent]:
        """Return what makes the lock obey; the pulse ends on the device. Only asked of locks.

        Raises Unreachable for a device that is known to be away or has not told what is needed,
        Refused for what such a device can never do.
        """

    def tick(self, now: datetime) -> Sequence[Heard]:
        """Return what the passing of time says: a heartbeat that is overdue is `Online(False)`."""


Maker = Callable[[Fitting], Firmware]
