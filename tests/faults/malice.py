"""Messages that nobody should send, each with what the contract makes of it.

Every message names itself by a number in it where it has room for one, so that two are never alike.
"""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from devices.clock import now
from devices.moments import shown
from tests.faults.house import OPEN_DOORS, Card, House
from tests.faults.street import NOBODY

LATE = timedelta(seconds=40)


@dataclass(frozen=True, slots=True)
class Malice:
    """A message, and the one entry it becomes: kind and possible reasons; none if `kind` is ""."""

    topic: str
    payload: bytes
    kind: str
    reasons: tuple[str, ...] = ()
    retain: bool = False
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """Where it goes: the house, a door, somebody's badge, a number to tell it from all others."""

    house: House
    door: str
    card: Card
    number: int

    def topic(self, word: str, door: str | None = None) -> str:
        return f"{self.house.root}door/{self.door if door is None else door}/{word}"

    def said(self, **more: object) -> bytes:
        """Return a tap that would open, but for `more`."""
        sound = {"uid": self.card.uid, "id": f"bad-{self.number}", "at": shown(now())}
        return json.dumps(sound | more).encode()

    def raw(self, text: str) -> bytes:
        """Return a tap that would open, with some raw JSON in it."""
        sound = self.said()[:-1].decode()
        return f"{sound}, {text}}}".encode("utf-8", "surrogatepass")


Maker = Callable[[Target], Malice]


def _malformed(make: Callable[[Target], bytes]) -> Maker:
    return lambda to: Malice(to.topic("tap"), make(to), "tap", ("malformed",), answered=True)


def _refused(reasons: tuple[str, ...], make: Callable[[Target], bytes]) -> Maker:
    return lambda to: Malice(to.topic("tap"), make(to), "tap", reasons, answered=True)


def _unknown_door(name: str) -> Maker:
    return lambda to: Malice(
        to.topic("tap", name.format(to.number)), to.said(), "tap", ("unknown-door",)
    )


def _elsewhere(topic: str) -> Maker:
    return lambda to: Malice(topic.format(root=to.house.root, door=to.door), to.said(), "")


def _retained(word: str) -> Maker:
    return lambda to: Malice(to.topic(word), to.said(), "retained", ("retained",), retain=True)


def _at_door(word: str, kind: str, payload: str) -> Maker:
    return lambda to: Malice(
        to.topic(word), payload.format(to.number).encode(), kind, ("malformed",)
    )


MALFORMED: tuple[Callable[[Target], bytes], ...] = (
    lambda to: b"[" * 2000 + b"%d" % to.number,
    lambda to: to.raw('"deep":' + '{"a":' * 9 + "1" + "}" * 9),
    lambda to: to.said(fill="x" * 5_000),
    lambda to: to.said(fill="x" * 100_000),
    lambda to: to.raw(f'"uid":"{to.card.uid}"'),
    lambda to: to.raw('"at":NaN'),
    lambda to: to.raw('"more":NaN'),
    lambda to: to.raw('"more":[1,-Infinity]'),
    lambda to: to.raw('"more":1e999'),
    lambda to: to.raw('"more":"\\ud800"'),
    lambda to: to.raw('"more":"\ud800"'),
    lambda to: to.raw('"\\udfff":1'),
    lambda to: to.raw(f'"more":{"9" * 5000}'),
    lambda to: to.raw('"more":00'),
    lambda to: to.said().decode().encode("utf-16"),
    lambda to: b"\xef\xbb\xbf" + to.said(),
    lambda to: to.said() + b"\x00",
    lambda to: to.said()[:-1] + b"\xff}",
    lambda to: to.said()[: to.number % 40],
    lambda _: b"",
    lambda to: b"%d" % to.number,
    lambda _: b"null",
    lambda to: json.dumps([json.loads(to.said())]).encode(),
    lambda to: json.dumps(to.said().decode()).encode(),
    lambda to: to.said(uid=None),
    lambda to: to.said(uid=to.number),
    lambda to: to.said(uid=[to.card.uid]),
    lambda to: to.said(uid=""),
    lambda to: to.said(uid=to.card.uid + "0"),
    lambda to: to.said(uid="04C0FFEE"[::-1] + "zz"),
    lambda to: to.said(uid=to.card.uid * 20),
    lambda to: to.said(uid="\uff10\uff14" + to.card.uid[2:]),
    lambda to: to.said(id=to.number),
    lambda to: to.said(id=""),
    lambda to: to.said(id="x" * 129),
    lambda to: to.said(id="a\x00b"),
    lambda to: to.said(id="a\nb"),
    lambda to: to.said(id="\x1b[2J"),
    lambda to: to.said(id="a\u202eb"),
    lambda to: to.said(at=0),
    lambda to: to.said(at="now"),
    lambda to: to.said(at="2026-11-03T12:00:00"),
    lambda to: to.said(at="2026-02-30T12:00:00Z"),
    lambda to: to.said(at="9999-12-31T23:59:59-23:59"),
    lambda to: to.said(reader="window"),
    lambda to: to.said(reader=1),
    lambda to: to.said(reader="\x00"),
    lambda to: to.said(pin=1234),
)
MAKERS: tuple[Maker, ...] = (
    *map(_malformed, MALFORMED),
    _refused(("late",), lambda to: to.said(at=shown(now() - LATE))),
    _refused(("late",), lambda to: to.said(at=shown(now() + LATE))),
    _refused(("late",), lambda to: to.said(at="9999-12-31T23:59:59Z")),
    _refused(("replay",), lambda to: to.said(id=known_at(to.door))),
    _refused(("unknown-badge", "throttled"), lambda to: to.said(uid=NOBODY)),
    _refused(("unknown-badge", "throttled"), lambda to: to.said(uid="00000000")),
    _refused(("unknown-badge", "throttled"), lambda to: to.said(uid="08010203")),
    _refused(("unknown-badge", "throttled"), lambda to: to.said(uid="88040102")),
    *map(_unknown_door, ("x{}", "Front{}", "front{} ", "..{}", "$front{}", "\u00e8\u202e{}", "")),
    *map(_unknown_door, ("x" * 20_000 + "{}", "{}\u200b", "' or 1=1 --{}", "%s%n{}")),
    _elsewhere("{root}door/{door}/tap/tap"),
    _elsewhere("{root}door/{door}"),
    _elsewhere("{root}{door}/tap"),
    _elsewhere("elsewhere/{root}door/{door}/tap"),
    _elsewhere("usciere/other/door/{door}/tap"),
    _elsewhere("{root}door/{door}/TAP"),
    _elsewhere("{root}order"),
    *map(_retained, ("tap", "exit", "command")),
    _at_door("exit", "exit", '{{"id":{}}}'),
    _at_door("exit", "exit", "{}"),
    _at_door("exit", "exit", '{{"id":"{}","id":"1"}}'),
    _at_door("state", "door", "open {}"),
    _at_door("state", "door", '{{"contact":"ajar{}"}}'),
    _at_door("state", "door", '{{"contact":[{}]}}'),
    _at_door("state", "door", '{{"bolt":true,"contact":{}}}'),
    _at_door("online", "door", "TRUE{}"),
)


def known_at(door: str) -> str:
    """Return the message id that is in use at a door already."""
    return f"known-{door}"


def all_malice(house: House, cards: list[Card], dice: random.Random) -> list[Malice]:
    """Return a thousand of them in any order."""
    thousand = [MAKERS[number % len(MAKERS)] for number in range(1000)]
    dice.shuffle(thousand)
    return [
        make(Target(house, dice.choice(OPEN_DOORS), dice.choice(cards), number))
        for number, make in enumerate(thousand)
    ]
