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


def fill_more(house: House) -> None:
    """Announce a visitor and a course for tomorrow, name a plan and a calendar, let an admin in."""
    give_account(house, "Dora Direttrice", "admin")
    day = "2026-11-24T{}:00+01:00"
    host = house.member("Olga Ospitante")
    times = {"from": day.format("09:00"), "until": day.format("11:00")}
    house.post("visitors", {"name": "Paolo Verdi", "host": host, "doors": ["ingresso"], **times})
    span = {"start": day.format("18:00"), "end": day.format("20:00")}
    course = house.post("gatherings", {"title": "Fotografia", "room": "sala", **span})
    house.post(f"gatherings/{course['id']}/attendees", {"name": "Vera Corsista"})
    week = [{"days": ["mon", "tue"], "from": "18:00", "to": "22:00"}]
    house.post("plans", {"id": "serale", "name": "Serale", "hours": week})
    house.post("calendars", {"id": "sala", "room": "sala"})


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
