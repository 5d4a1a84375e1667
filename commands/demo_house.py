"""The demo's CoOffice: its configuration, and sample people with fixed badge numbers."""

import re
from dataclasses import dataclass, field

from daemon.config_template import Addresses, commented, with_contact
from daemon.store.forms import NewMember, NewPlan

HOST = "127.0.0.1"
SITE, NAME = "cooffice", "CoOffice"
WEEK = ["mon", "tue", "wed", "thu", "fri"]
WEEKEND = ["sat", "sun"]
_EXIT = """\
[[doors.readers]]
id = "dentro"
role = "exit"                         # usciere tap ingresso UID --reader dentro
driver = "mqtt"
"""


@dataclass(frozen=True, slots=True)
class Card:
    """A badge of somebody's; `status` and `until` as it came to be."""

    uid: str
    status: str = "active"
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A sample member with a card."""

    name: str
    plan: str
    card: Card
    role: str = "member"
    said: dict[str, str] = field(default_factory=dict)

    @property
    def is_welcome(self) -> bool:
        """Tell whether card and membership are in order."""
        return self.card == Card(self.card.uid) and "status" not in self.said

    def form(self) -> NewMember:
        """Return how they join; the address is made of the name, at a name that is nobody's."""
        address = self.name.lower().replace(" ", ".") + "@example.org"
        fields = {"name": self.name, "email": address, "plan": self.plan, "role": self.role}
        return NewMember.model_validate({**fields, **self.said})


def _plan(plan: str, **terms: object) -> NewPlan:
    return NewPlan.model_validate({"id": plan, **terms})


def _hours(days: list[str], since: str, until: str) -> dict[str, object]:
    return {"days": days, "from": since, "to": until}


PLANS = (
    _plan("staff", name="Staff", holidays=True),
    _plan("tempo-pieno", name="Tempo pieno, sempre", holidays=True),
    _plan("part-time", name="Part-time, lun-ven 8-20", hours=[_hours(WEEK, "08:00", "20:00")]),
    _plan(
        "serale",
        name="Sere e fine settimana",
        hours=[_hours(WEEK, "18:00", "00:00"), _hours(WEEKEND, "09:00", "20:00")],
        holidays=True,
    ),
    _plan(
        "carnet-10",
        name="Carnet da 10 ingressi al mese",
        hours=[_hours([*WEEK, "sat"], "08:00", "20:00")],
        entries_per_month=10,
    ),
)
PEOPLE = (
    Person("Anna Bianchi", "tempo-pieno", Card("04A224B1C35880"), said={"visibility": "members"}),
    Person("Luca Ferrari", "tempo-pieno", Card("043B6E12D97A80")),
    Person("Marco Esposito", "part-time", Card("0417C8A25E6180")),
    Person("Sara Colombo", "part-time", Card("0488F0317B2C80"), said={"visibility": "members"}),
    Person("Elena Marino", "serale", Card("042D9104E6B380")),
    Person("Francesca Costa", "carnet-10", Card("04706BE318AF80")),
    Person("Davide Ricci", "carnet-10", Card("04C15A79034D80"), said={"language": "en"}),
    Person("Chiara Conti", "staff", Card("04E93F5C21B680"), role="staff"),
    Person("Paolo Greco", "staff", Card("0462D7083EF980"), role="admin"),
    Person("Simone Fontana", "tempo-pieno", Card("045408CB97E280"), said={"status": "suspended"}),
    Person("Valentina Rizzo", "tempo-pieno", Card("04FA1D42867380", until="2024-12-31")),
    Person("Andrea Moretti", "tempo-pieno", Card("049CB35F70D180", status="lost")),
)


def configuration(port: int, mqtt_port: int) -> str:
    """Return the template's house with these ports, and a reader inside for whoever leaves."""
    where = Addresses(mqtt=_broker(mqtt_port), api=f"{HOST}:{port}")
    text = with_contact(commented(SITE, NAME, addresses=where))
    return text.replace("[doors.lock]", f"{_EXIT}[doors.lock]", 1)


def moved(text: str, port: int | None, mqtt_port: int | None) -> str:
    """Return a demo's configuration with other ports; None leaves one as it is."""
    if port is not None:
        text = _LISTEN.sub(rf"\g<1>{HOST}:{port}\g<2>", text, count=1)
    if mqtt_port is not None:
        text = _EMBEDDED.sub(rf"\g<1>{_broker(mqtt_port)}\g<2>", text, count=1)
    return text


def _broker(port: int) -> str:
    return f"embedded://{HOST}:{port}"


_LISTEN = re.compile(r'(?m)^(\s*listen\s*=\s*")[^"]*(")')
_EMBEDDED = re.compile(r'(?m)^(\s*url\s*=\s*")embedded://[^"]*(")')
