"""A house at noon on a Monday with something to see in every corner."""

from datetime import timedelta

from daemon.store import journal
from daemon.store.book import book_of
from daemon.store.doors import keep_levels
from daemon.store.journal import Entry, Kind
from tests.api.house import House
from tests.browser.desk import give_account

_OTHERS = (
    ("Luca Ferrari", "count"),
    ("Sara Colombo De Angelis Montecuccoli", "members"),
    ("Marco Esposito", "hidden"),
)


def fill(house: House) -> None:
    """Let people in, book rooms, let a door be forced and another be offline."""
    give_account(house, "Chiara Conti", "staff")
    give_account(house, "Dora Direttrice", "admin")
    anna = give_account(house, "Anna Bianchi", "member")
    house.ask("PATCH", f"members/{anna}", {"visibility": "members"})
    people = [anna, *(house.member(name, visibility=seen) for name, seen in _OTHERS)]
    house.badge(people[0])
    for minutes, member in zip((180, 95, 20), people, strict=False):
        since = (house.clock() - timedelta(minutes=minutes)).isoformat()
        house.post(f"presence/{member}/check-in", {"at": since})
    for hour, booker, title in ((9, 0, "Riunione"), (12, 1, "Colloqui"), (15, 2, None)):
        day = "2026-11-23T{:02}:00:00+01:00"
        span: dict[str, object] = {"start": day.format(hour), "end": day.format(hour + 1)}
        who = {"member": people[booker], "title": title, "guests": [{"name": "Gil Ospite"}]}
        house.post("bookings", {**span, **who, "room": "sala"})
    _expect(house, anna)
    for ago, whose, badge, granted, reason in (
        (95, people[1], "6E12", True, "plan"),
        (60, None, None, False, "unknown-badge"),
        (20, people[2], "88F0", True, "booking"),
        (5, people[3], "0417", False, "outside-hours"),
    ):
        tap(house, ago, member=whose, badge=badge, granted=granted, reason=reason)
    house.post("doors/ingresso/unlock", {"reason": "consegna di un pacco"})
    with book_of(house.store, "cooffice") as book:
        at = house.clock()
        keep_levels(book, "ingresso", at, {"contact": "closed", "bolt": "locked", "online": True})
        keep_levels(book, "porta-sala", at, {"contact": None, "bolt": None, "online": False})
        forced = Entry(Kind.ALARM, at, at, door="ingresso", reason="door-forced")
        journal.append(book, forced)


def _expect(house: House, host: str) -> None:
    """Write down a visitor, a course, a plan and a calendar."""
    evening = {"start": "2026-11-24T18:00:00+01:00", "end": "2026-11-24T20:00:00+01:00"}
    tomorrow = {"from": "2026-11-24", "until": "2026-11-24"}
    house.post("visitors", {"name": "Vito Visitatore", "host": host, **tomorrow})
    house.post("gatherings", {"title": "Corso di ceramica", "room": "sala", **evening})
    hours = [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:00", "to": "20:00"}]
    house.post("plans", {"id": "feriale", "name": "Giorni feriali", "hours": hours})
    house.post("calendars", {"id": "sala-ics", "room": "sala"})


def tap(  # noqa: PLR0913 - what an entry says of a tap
    house: House,
    minutes: float = 0,
    *,
    member: str | None,
    badge: str | None,
    granted: bool,
    reason: str,
) -> None:
    """Write a tap into the journal, as the doorman does."""
    at = house.clock() - timedelta(minutes=minutes)
    entry = Entry(
        Kind.TAP,
        at,
        at,
        door="ingresso",
        reader="main",
        member=member,
        badge=badge,
        granted=granted,
        reason=reason,
    )
    with book_of(house.store, "cooffice") as book:
        journal.append(book, entry)
