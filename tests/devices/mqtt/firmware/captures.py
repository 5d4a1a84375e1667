"""The captures of other makers' firmwares: what a device sends, what it means, what it is told.

A file each in tests/captures/firmware/<driver>/. Steps in order: `says` (a topic, what is heard),
`told` (an action and what is sent, or how it `fails`), `waits` (seconds, and what that means).
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from devices.contract import Action, Command, Fitting, Part
from devices.mqtt.firmware.dialect import (
    Alarm,
    Answered,
    Bolt,
    Card,
    Contact,
    Heard,
    Message,
    Online,
    Pressed,
)

FOLDER = Path(__file__).parents[3] / "captures" / "firmware"
NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DOOR = "ingresso"
Step = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Capture:
    """One file. `name` is its place below the folder, the driver first."""

    name: str
    said: Mapping[str, Any]

    @property
    def driver(self) -> str:
        return self.name.split("/")[0]

    @property
    def part(self) -> Part:
        return Part(self.said["part"])

    @property
    def steps(self) -> list[Step]:
        return list(self.said["steps"])

    def fitting(self) -> Fitting:
        reader = self.part is Part.READER
        return Fitting(
            DOOR,
            self.part,
            "fuori" if reader else self.part.value,
            self.driver,
            self.said["options"],
            self.said.get("uid_format", "hex"),
        )

    def messages(self) -> Iterator[Message]:
        """Yield what the device says, a second apart."""
        says = (step for step in self.steps if "says" in step)
        for number, step in enumerate(says):
            yield message(step, NOON + number * SECOND)


def captures() -> list[Capture]:
    """Return all of them, by name."""
    files = sorted(FOLDER.rglob("*.json"))
    return [
        Capture(
            file.relative_to(FOLDER).with_suffix("").as_posix(),
            json.loads(file.read_text("utf-8")),
        )
        for file in files
    ]


def message(step: Step, at: datetime) -> Message:
    return Message(step["says"], step["payload"].encode(), step.get("retained", False), at)


def command(step: Step, at: datetime, name: str = "site-1") -> Command:
    life = timedelta(seconds=5)
    return Command(DOOR, name, Action(step["told"]), step["seconds"], at, at + life)


def heard(step: Step, asked: str) -> list[Heard]:
    """Return what a step says is heard. `asked`: the id of the last command."""
    return [_heard(each, asked) for each in step["heard"]]


def _heard(said: Mapping[str, Any], asked: str) -> Heard:
    if "card" in said:
        return Card(said["card"], said.get("written"), said.get("opened", False))
    if "answered" in said:
        return Answered(asked, said["answered"])
    if "pressed" in said:
        return Pressed()
    [(word, value)] = said.items()
    return _PLAIN[word](value)


_PLAIN: Mapping[str, Callable[[Any], Heard]] = {
    "online": Online,
    "open": Contact,
    "locked": Bolt,
    "alarm": Alarm,
}
