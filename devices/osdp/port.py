"""One RS-485 line as a port: its readers' cards, its outputs as locks, its inputs as contacts."""

import logging
import secrets
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue

from osdp import Event, StatusReportType

from devices.contract import (
    Command,
    DeviceError,
    Feedback,
    Fitting,
    Level,
    Nonsense,
    Part,
    Signal,
    Tap,
    Unreachable,
)
from devices.osdp.card_bits import card_in
from devices.osdp.key_file import key_in
from devices.osdp.panel import Panel, Said
from devices.osdp.words import Order, answer, output
from devices.readers.lying import Lying
from devices.readers.port import Habits, Misread

log = logging.getLogger(__name__)

REST = 0.02
"""Seconds between two turns of the line, as libosdp's own example has it."""
_OPENS = 0.0
_AGAIN = 2.0
"""Seconds after which a device that is away is looked for anew."""
_GRACE = 2.0
"""Seconds that a device has for its secure channel before it counts as away."""


class OsdpPort:
    """All fittings on one line. Orders to devices that are away are refused, never kept."""

    def __init__(self, path: str, fittings: Sequence[Fitting], habits: Habits) -> None:
        self._path = path
        self._fittings = fittings
        self._habits = habits
        self._by_address: dict[int, list[Fitting]] = {}
        for fitting in fittings:
            self._by_address.setdefault(int(fitting.options["address"]), []).append(fitting)
        self._lying = {address: Lying(settles=_OPENS) for address in self._by_address}
        self._secure: set[int] = set()
        self._orders: SimpleQueue[tuple[int, Order]] = SimpleQueue()
        self._end = threading.Event()
        self._thread: threading.Thread | None = None
        self._trouble = ""
        self._told: dict[int, bool] = {}
        self._opened = 0.0
        self._seen: dict[int, float] = {}

    def start(self, hear: Callable[[Signal], None]) -> None:
        """Begin to read; `hear` takes signals from any thread and never blocks."""
        self._end.clear()
        self._thread = threading.Thread(
            target=self._run, args=(hear,), name=f"osdp {self._path}", daemon=True
        )
        self._thread.start()

    def release(self, command: Command) -> bool:
        """Have the door's output obey; False while its device is away."""
        for fitting in self._fittings:
            if fitting.part is Part.LOCK and fitting.door == command.door:
                inverted = fitting.options.get("inverted") is True
                number = int(fitting.options.get("channel", 0))
                return self._order(fitting, output(command, number, inverted=inverted))
        return False

    def answer(self, feedback: Feedback) -> None:
        """Light and beep at the reader whose tap this answers."""
        for fitting in self._fittings:
            mine = (fitting.door, fitting.name) == (feedback.door, feedback.reader)
            if mine and fitting.part is Part.READER:
                for order in answer(granted=feedback.granted):
                    self._order(fitting, order)

    def _order(self, fitting: Fitting, order: Order) -> bool:
        address = int(fitting.options["address"])
        if address not in self._secure:
            return False
        self._orders.put((address, order))
        return True

    def is_up(self) -> bool:
        """Tell whether every device on the line is there under its key."""
        return self._secure == set(self._by_address)

    def stop(self, limit: float) -> None:
        """End within `limit` seconds; may be called twice."""
        self._end.set()
        if self._thread is not None:
            self._thread.join(limit)

    def _run(self, hear: Callable[[Signal], None]) -> None:
        while not self._end.is_set():
            try:
                self._serve(hear)
            except DeviceError as away:
                self._miss(hear, str(away))
            except Exception:
                log.exception("the line %s failed and is opened anew", self._path)
                self._miss(hear, "it failed")
            self._end.wait(self._habits.retry)
        self._secure.clear()

    def _serve(self, hear: Callable[[Signal], None]) -> None:
        panel = Panel(self._path, self._keys())
        try:
            self._trouble = ""
            self._opened = self._habits.steady()
            self._seen.clear()
            while not self._end.is_set():
                for address, event in panel.turn():
                    self._take(address, event, hear)
                for address in self._by_address:
                    self._look_at(panel, address, hear)
                self._carry_out(panel)
                self._end.wait(self._habits.rest)
        finally:
            panel.close()

    def _keys(self) -> dict[int, bytes]:
        keys = {}
        for address, fittings in self._by_address.items():
            named = (each.options.get("key_file") for each in fittings)
            file = next((each for each in named if each is not None), None)
            if file is None:
                raise Unreachable(
                    f"address {address} has no `key_file`: without a key nothing is believed"
                )
            keys[address] = key_in(Path(str(file)))
        return keys

    def _look_at(self, panel: Panel, address: int, hear: Callable[[Signal], None]) -> None:
        """Tell when a device comes or goes; what has no secure channel counts as away."""
        there = panel.is_secure(address)
        if there:
            self._seen[address] = self._habits.steady()
        elif self._habits.steady() - self._seen.get(address, self._opened) > _AGAIN:
            self._seen[address] = self._habits.steady()
            panel.begin_anew(address)
        (self._secure.add if there else self._secure.discard)(address)
        fresh = self._habits.steady() - self._opened < _GRACE
        if self._told.get(address) is there or (fresh and not there and address not in self._told):
            return
        self._told[address] = there
        log.log(
            logging.INFO if there else logging.WARNING,
            "the device %d on %s is %s",
            address,
            self._path,
            "there, under its key" if there else "away, or has another key",
        )
        self._say(address, hear, there=there)

    def _say(self, address: int, hear: Callable[[Signal], None], *, there: bool) -> None:
        for fitting in self._by_address[address]:
            hear(Level(fitting.door, self._habits.clock(), online=there, device=fitting.name))

    def _carry_out(self, panel: Panel) -> None:
        try:
            while True:
                panel.tell(*self._orders.get_nowait())
        except Empty:
            return

    def _take(self, address: int, event: Said, hear: Callable[[Signal], None]) -> None:
        for fitting in self._by_address[address]:
            if event["event"] == Event.CardRead and fitting.part is Part.READER:
                self._card(fitting, event, hear)
            elif _is_input(event) and fitting.part is Part.CONTACT:
                self._contact(fitting, bytes(event["report"]), hear)

    def _card(self, fitting: Fitting, event: Said, hear: Callable[[Signal], None]) -> None:
        found = card_in(bytes(event["data"]), int(event["length"]))
        received, mark = self._habits.clock(), secrets.token_hex(8)
        if isinstance(found, Misread):
            problem = f"osdp {fitting.name}: {found.problem}"
            hear(Nonsense("malformed", problem, fitting.door, None, received, mark))
        elif self._lying[int(fitting.options["address"])].is_new(found.uid, self._habits.steady()):
            place = (fitting.door, fitting.name)
            hear(Tap(*place, found.uid, None, None, received, mark, alias=found.alias))

    def _contact(self, fitting: Fitting, report: bytes, hear: Callable[[Signal], None]) -> None:
        number = int(fitting.options.get("channel", 0))
        if number < len(report):
            is_open = (report[number] == 1) is not (fitting.options.get("inverted") is True)
            hear(Level(fitting.door, self._habits.clock(), open=is_open))

    def _miss(self, hear: Callable[[Signal], None], trouble: str) -> None:
        """Tell once what is wrong, however often it is tried again."""
        if trouble != self._trouble:
            self._trouble = trouble
            log.warning("the line %s: %s; it is tried again all the time", self._path, trouble)
        self._secure.clear()
        while not self._orders.empty():
            self._orders.get_nowait()
        for address in self._by_address:
            if self._told.get(address) is not False:
                self._told[address] = False
                self._say(address, hear, there=False)


def _is_input(event: Said) -> bool:
    return bool(event["event"] == Event.Status and event["type"] == StatusReportType.Input)
