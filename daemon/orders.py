"""Acts of staff that the API wrote down: the doorman carries them out, once, or not at all."""

from datetime import datetime

from daemon.access.facts import Hold
from daemon.levels import Doors
from daemon.store import doors, journal
from daemon.store.book import Book
from daemon.store.desk import Desk
from daemon.store.journal import Entry, Kind
from devices.contract import Action, Command, Wires


class OrderBook:
    """The orders that wait, and the doors that are held open until some moment."""

    def __init__(self, desk: Desk, wires: Wires, levels: Doors) -> None:
        self._desk = desk
        self._wires = wires
        self._levels = levels
        self._ends: dict[str, datetime] = {}
        self._ends_then: dict[str, datetime] = {}

    def begin(self, book: Book, now: datetime) -> None:
        """Take up the holds that staff had ordered; a lost order is void, not late."""
        for door, hold, until in doors.holds(book):
            if hold is Hold.OPEN and self._levels.knows(door):
                self._levels.hold(door, now, is_open=True)
                if until is not None:
                    self._ends[door] = until

    def is_due(self, now: datetime) -> bool:
        """Tell whether something waits, or a hold has come to its end."""
        return bool(self._desk.peek(doors.WAITING)) or any(
            end <= now for end in self._ends.values()
        )

    def carry_out(self, book: Book, now: datetime) -> list[Command]:
        """Write down what is done about every order; return the commands to release after that.

        `keep` it once the book is closed; what was not kept is due again.
        """
        self._ends_then = dict(self._ends)
        commands = []
        for order in doors.waiting_orders(book):
            known = self._levels.knows(order.door)
            if now >= order.expires or not known:
                doors.order_done(book, order.id, "expired")
                _write(book, order.door, "order-expired", now, order.id)
            elif self._wires.is_up():
                doors.order_done(book, order.id, "sent")
                self._follow(book, order, now)
                commands.append(order)
        return commands + self._end_holds(book, now)

    def keep(self) -> None:
        """Stand by what was carried out: it is written down."""
        self._ends = self._ends_then

    def _follow(self, book: Book, order: Command, now: datetime) -> None:
        """Keep the door's state in step with what it is told."""
        match order.action:
            case Action.UNLOCK:
                self._levels.grant(order.door, 0, now, waits=False)
            case Action.HOLD_OPEN:
                self._levels.hold(order.door, now, is_open=True)
                self._ends_then |= {d: e for d, h, e in doors.holds(book) if h is Hold.OPEN and e}
            case Action.LOCK:
                self._levels.hold(order.door, now, is_open=False)
                self._ends_then.pop(order.door, None)

    def _end_holds(self, book: Book, now: datetime) -> list[Command]:
        """End the holds that are over; not before their locks can be told."""
        if not self._wires.is_up():
            return []
        over = [door for door, end in self._ends_then.items() if end <= now]
        commands = []
        for door in over:
            del self._ends_then[door]
            doors.order_hold(book, door, Hold.NORMAL, None)
            self._levels.hold(door, now, is_open=False)
            _write(book, door, "hold-ended", now, None)
            name = f"{book.site}-{book.head.seq}"
            commands.append(Command(door, name, Action.LOCK, 0, now, now + doors.ORDER_LIFE))
        return commands


def _write(book: Book, door: str, reason: str, at: datetime, order: str | None) -> None:
    detail = None if order is None else {"order": order}
    journal.append(book, Entry(Kind.SYSTEM, at, at, door=door, reason=reason, detail=detail))
