"""A power cut at any moment: what was acknowledged or opened was on disk before, seen from outside.

Whoever pulls the plug sees no more than the kernel does, so the kernel is asked: strace writes down
every sync and every byte that leaves for the broker, in order.
"""

import ast
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from devices.mqtt.wire import frame_end, read_publish
from tests.faults.house import furnished
from tests.faults.oracle import assert_nothing_wrong, assert_sound, compare, journal
from tests.faults.sizes import size
from tests.faults.street import Crowd, Street, dice_of
from tests.faults.test_kill import answered
from tests.faults.test_locked import lock_held

pytestmark = pytest.mark.slow  # where there is no strace it is left out, also in CI
SECONDS = size("USCIERE_SYNC_SECONDS", 3)
_CALL = re.compile(r"^(\d+) +(\w+)\((\d+)<([^>]*)>(.*)\) += (\d+)")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_ACK = 0x40
_PUBLISH = 0x30


class Call(NamedTuple):
    """A system call that ended well: its name, what it was about, the bytes that went."""

    name: str
    about: str
    data: bytes


def calls(log: Path) -> Iterator[Call]:
    """Give the calls in the order in which they ended."""
    begun: dict[str, str] = {}
    for line in log.read_text().splitlines():
        pid, _, rest = line.partition(" ")
        whole = line
        if line.endswith("<unfinished ...>"):
            begun[pid] = line.removesuffix("<unfinished ...>").rstrip()
            continue
        if rest.lstrip().startswith("<... "):
            whole = begun.pop(pid) + rest.partition("resumed>")[2]
        found = _CALL.match(whole)
        if found is not None:
            texts = _TEXT.search(found[5])
            data = b"" if texts is None else ast.literal_eval(f'b"{texts[1]}"')
            yield Call(found[2], ast.literal_eval(f'"{found[4]}"'), data[: int(found[6])])


class Witness:
    """Remembers of every tap when it was on disk; notes what left before that."""

    def __init__(self) -> None:
        self.counted = {"ack": 0, "command": 0, "feedback": 0}
        self.too_early: list[tuple[str, str]] = []
        self._unsynced: dict[str, set[str]] = {}
        self._safe: set[str] = set()
        self._taps: dict[int, str] = {}
        self._streams: dict[tuple[str, str], bytes] = {}

    def sees(self, call: Call) -> None:
        if call.name in {"pwrite64", "write"} and "socket" not in call.about:
            ids = set(re.findall(rb"(?<![0-9a-f])[0-9a-f]{16}(?![0-9a-f])", call.data))
            written = self._unsynced.setdefault(call.about, set())
            written |= {each.decode() for each in ids}
        elif call.name in {"fdatasync", "fsync"}:
            self._safe |= self._unsynced.pop(call.about, set())
        elif call.name in {"sendto", "recvfrom"} and call.data:
            for first, body in self._packets((call.name, call.about), call.data):
                if call.name == "recvfrom":
                    self._came(first, body)
                else:
                    self._left(first, body)

    def _packets(self, stream: tuple[str, str], data: bytes) -> Iterator[tuple[int, bytes]]:
        left = self._streams.get(stream, b"") + data
        while (bounds := frame_end(left, 0)) is not None:
            yield left[0], left[bounds[0] : bounds[1]]
            left = left[bounds[1] :]
        self._streams[stream] = left

    def _came(self, first: int, body: bytes) -> None:
        if first & 0xF0 == _PUBLISH and first & 0x06:
            said = read_publish(first, body, properties=True)
            found = re.search(rb'"id": ?"([0-9a-f]{16})"', said.payload)
            assert said.packet is not None
            self._taps.pop(said.packet, None)
            if found is not None and said.topic.endswith("/tap"):
                self._taps[said.packet] = found[1].decode()

    def _left(self, first: int, body: bytes) -> None:
        if first & 0xF0 == _ACK:
            tap = self._taps.pop(int.from_bytes(body[:2]), None)
            if tap is not None:
                self._must_be_safe("ack", tap)
        elif first & 0xF0 == _PUBLISH:
            said = read_publish(first, body, properties=True)
            word = said.topic.rpartition("/")[2]
            found = re.search(rb'"tap":"([0-9a-f]{16})"', said.payload)
            if word in self.counted and found is not None:
                self._must_be_safe(word, found[1].decode())

    def _must_be_safe(self, what: str, tap: str) -> None:
        self.counted[what] += 1
        if tap not in self._safe:
            self.too_early.append((what, tap))


def test_nothing_is_acknowledged_answered_or_opened_before_it_is_on_disk(
    seed: int, tell: Callable[[str], None], tmp_path: Path
) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not here; `apt-get install strace` brings it")
    log = tmp_path / "strace"
    with furnished() as house, Street(house) as street:
        watched = "trace=fdatasync,fsync,pwrite64,write,sendto,recvfrom"
        house.daemon.command[:0] = [
            *("strace", "-D", "-f", "-y", "-xx", "-s", "200000", "-e", watched, "-o", str(log))
        ]
        house.daemon.start()
        answered(house, street)
        crowd = Crowd(house, street, dice_of(seed))
        crowd.begin()
        time.sleep(SECONDS / 2)
        with lock_held(house, 1.5):
            pass
        time.sleep(SECONDS / 2)
        crowd.finish()
        answered(house, street)
        sent = crowd.doors()
        assert house.daemon.stop() == 0
        assert_nothing_wrong(compare(house, sent, street.answers(), street.commands()))
        assert_sound(house)
        opened = sum(bool(row.granted) and row.reason != "repeat" for row in journal(house, "tap"))
    witness = Witness()
    for call in calls(log):
        witness.sees(call)
    tell(f"{len(sent)} taps: {witness.counted}, {len(witness.too_early)} of them too early")
    assert witness.counted["ack"] >= len(sent)
    assert witness.counted["feedback"] >= len(sent)
    assert witness.counted["command"] == opened
    assert witness.too_early == []
