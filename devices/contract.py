"""All that upstairs may know of hardware: signals that come up, deeds that go down, the errors.

What a tap makes by the dozen is a NamedTuple: as unchangeable as a frozen dataclass, and built in
a third of the time.

DeviceError
├── Unreachable   the device or broker does not answer; trying again can help
└── Refused       it answered and said no; trying again cannot help
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from devices.uid import Uid


class DeviceError(Exception):
    """Something at the wire went wrong; the sentence says what, where and what to do."""


class Unreachable(DeviceError):
    """Nobody answers there; trying again later can help."""


class Refused(DeviceError):
    """The other side said no; trying again cannot help."""


class Receipt(NamedTuple):
    """What must be acknowledged once the signal is safe. Only valid on the connection `session`."""

    session: int
    packet: int
    again: bool


class Sun(NamedTuple):
    """What an NTAG 424 DNA said of itself, not checked yet: the URL it showed (AN12196, 3.4).

    May carry a badge number: never shown.
    """

    url: str

    def __repr__(self) -> str:
        return "Sun(…)"


class Pin(NamedTuple):
    """What somebody typed beside the badge; never shown."""

    digits: str

    def __repr__(self) -> str:
        return "Pin(…)"


class Proven(NamedTuple):
    """The card showed that it knows a key of ours; `method` says how: `desfire-ev2` and so on.

    `uid`: the number it told under that key, where it shows everybody else a random one.
    """

    method: str
    uid: Uid | None = None


class Forged(NamedTuple):
    """The card could not show that it knows the key it should; `why` says what failed."""

    why: str


Proof = Sun | Proven | Forged


class Tap(NamedTuple):
    """A badge was held to a reader. `at`: the reader's clock, if usable; `waited`: may have queued.

    `id` is the reader's own; None lets the doorman make one out of `fingerprint`. With an `alias`,
    a uid format that loses digits, `uid` holds the characters that the reader printed in it.
    `opened`: the device has let them in by itself. `proof` None: the number is all there is.
    """

    door: str
    reader: str
    uid: Uid
    id: str | None
    at: datetime | None
    received: datetime
    fingerprint: str
    waited: bool = False
    receipt: Receipt | None = None
    alias: str | None = None
    opened: bool = False
    proof: Proof | None = None
    pin: Pin | None = None


class ExitPress(NamedTuple):
    """Somebody pressed the request-to-exit button. `opened`: the device has opened by itself."""

    door: str
    id: str | None
    received: datetime
    fingerprint: str
    waited: bool = False
    receipt: Receipt | None = None
    opened: bool = False


class Level(NamedTuple):
    """What a door reports of itself; None where the message does not say.

    `device`: whose word `online` is: a reader's id, `lock` or `contact`; None for the door as one.
    """

    door: str
    received: datetime
    open: bool | None = None
    locked: bool | None = None
    online: bool | None = None
    receipt: Receipt | None = None
    device: str | None = None


class Trouble(NamedTuple):
    """A device says, or shows, that something is wrong; `code` as the journal has it: `tampered`.

    `device` as in `Level`. Staff are alarmed; nothing opens or closes for it.
    """

    door: str
    device: str | None
    code: str
    received: datetime
    problem: str | None = None
    receipt: Receipt | None = None


class Scrutiny(NamedTuple):
    """What a look at a card that has just become a badge has shown, while it still lay there.

    `originality`: what NXP's signature says (`devices.cards.originality`). `delivered`: the card
    takes the key that it came from the factory with, so it can prove nothing.
    """

    door: str
    reader: str
    uid: Uid
    originality: str
    delivered: bool
    received: datetime
    receipt: Receipt | None = None


class Remote(NamedTuple):
    """Somebody asks over MQTT for a door to open who is neither reader nor button."""

    door: str
    received: datetime
    fingerprint: str
    waited: bool = False
    receipt: Receipt | None = None


class Nonsense(NamedTuple):
    """A message that cannot be obeyed. `code`: malformed, unknown-door or retained."""

    code: str
    problem: str
    door: str | None
    id: str | None
    received: datetime
    fingerprint: str
    about: str = "tap"
    receipt: Receipt | None = None


class Nudge(NamedTuple):
    """The API has written an order; look at the book. Carries nothing that would be believed."""

    received: datetime
    receipt: Receipt | None = None


class Gone(NamedTuple):
    """A doorman of this house, one of several, has left: his unlocks of now may not have left."""

    received: datetime
    receipt: Receipt | None = None


class Nothing(NamedTuple):
    """A message that is nobody's business here; only to be acknowledged in its turn."""

    received: datetime
    receipt: Receipt | None = None


Signal = Tap | ExitPress | Level | Trouble | Scrutiny | Remote | Nonsense | Nudge | Gone | Nothing


class Action(StrEnum):
    """What a lock can be told."""

    UNLOCK = "unlock"
    LOCK = "lock"
    HOLD_OPEN = "hold-open"


class Command(NamedTuple):
    """One order to one lock, obeyed once by `id` and never at or after `expires`."""

    door: str
    id: str
    action: Action
    seconds: int
    issued: datetime
    expires: datetime
    tap: str | None = None


class Feedback(NamedTuple):
    """The one answer to a tap, as the reader shows it; `text` is the finished native payload.

    `reader` and `granted` are for readers that can only show a colour. `scrutinise`: the card has
    become a badge; a reader that can looks at it once more, and tells by a `Scrutiny`.
    """

    door: str
    text: str
    reader: str | None = None
    granted: bool = False
    scrutinise: bool = False


OptionValue = str | int | bool


class Part(StrEnum):
    """What a device is at a door."""

    READER = "reader"
    LOCK = "lock"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Fitting:
    """One device as the configuration fits it to a door. `name`: reader's id, `lock`, `contact`.

    `options` are the driver's own keys. `uid_format` is how a reader writes a card's number.
    """

    door: str
    part: Part
    name: str
    driver: str
    options: Mapping[str, OptionValue] = field(default_factory=dict)
    uid_format: str = "hex"


class Port(Protocol):
    """Devices at this very host that share one wire: a USB reader, a serial line, an RS-485 bus.

    Lives in threads of its own between `start` and `stop`, comes back by itself when the device is
    plugged in again, and says so by a `Level` with `online`. Nothing of it may raise in a doorman.
    """

    def start(self, hear: Callable[[Signal], None]) -> None:
        """Begin to read; `hear` takes signals from any thread and never blocks."""

    def release(self, command: Command) -> bool:
        """Obey the command at the lock of `command.door` on this wire; False if it can't now."""

    def answer(self, feedback: Feedback) -> None:
        """Show the feedback where the wire's reader can: colour and sound; else nothing."""

    def is_up(self) -> bool:
        """Tell whether the device answers."""

    def stop(self, limit: float) -> None:
        """End within `limit` seconds and leave the device as found; may be called twice."""


class Wires(Protocol):
    """All devices of a house at once: what the doorman hears by and acts through."""

    def wait(self, limit: float) -> Sequence[Signal]:
        """Return the signals that have come in, at the latest after `limit` seconds."""

    def release(self, command: Command) -> bool:
        """Send the command; False if it cannot leave now (the wire is down)."""

    def answer(self, feedback: Feedback) -> None:
        """Show the feedback at the reader; lost if the wire is down (readers ask again)."""

    def announce(self, word: str, text: str, *, keep: bool) -> bool:
        """Publish for whoever listens; `keep` lets late listeners have the last one."""

    def be_present(self) -> None:
        """Say that there is a doorman, whatever the last will of another has said."""

    def overdue(self) -> Sequence[str]:
        """Return the ids of commands that could not leave in time, each once."""

    def is_up(self) -> bool:
        """Tell whether the wire is there."""

    def is_kept(self) -> bool:
        """Tell whether what waited for us at the broker was kept while we were away."""

    def settled(self) -> bool:
        """Tell whether everything that was released has left."""

    def acknowledge(self, receipt: Receipt) -> None:
        """Tell the wire that the signal is safe and need not come again."""

    def flush(self) -> None:
        """Let everything released, answered and acknowledged leave together."""
