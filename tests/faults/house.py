"""A house to break: a real Mosquitto, the real programs as processes, a prepared database.

Members, plans, badges and tokens come by the product's own functions. `street.py` has the devices,
`oracle.py` looks afterwards at what became of it all.
"""

import http.client
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from daemon.badge_key import key_of
from daemon.config import load
from daemon.store import badges, members, terms, tokens
from daemon.store.badges import Lab
from daemon.store.engine import Store
from daemon.store.forms import NewBadge, NewMember, NewPlan, NewToken
from daemon.store.people import Act, Actor, page_of
from daemon.store.schema import prepare
from devices.clock import now
from tests.e2e.brokers import HOST, Mosquitto, free_port, wait_for_port

SITE = "cooffice"
PEOPLE = 60
OPEN_DOORS = ("front", "print", "north", "south", "east", "west")
"""Doors without a contact, open to everybody with a badge."""
_DOORS = """\
[[doors]]
id = "front"
room = "open-space"
entrance = true
readers = [{ id = "outside" }, { id = "inside", role = "exit" }]
[[doors]]
id = "lab"
room = "lab"
[doors.contact]
driver = "mqtt"
[[doors]]
id = "sala"
room = "sala"
"""
_SETTINGS = """\
[site]
id = "cooffice"
name = "CoOffice"
[mqtt]
url = "mqtt://{host}:{port}"
[api]
listen = "{host}:{api}"
[database]
url = "{database}"
[access]
repeat_seconds = {repeat}
[[rooms]]
id = "open-space"
[[rooms]]
id = "lab"
[[rooms]]
id = "sala"
bookable = true
{doors}"""
_TAKES_ALL = """\
listener {port} 127.0.0.1
allow_anonymous true
set_tcp_nodelay true
max_inflight_messages 100
max_queued_messages 100000
persistence false
log_type none
"""


@dataclass(frozen=True, slots=True)
class Card:
    """Somebody's badge: the number only its owner knows, the ids everybody may see."""

    uid: str
    id: str
    member: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What a house is to be like. `database` None: SQLite in its folder. `more`: further doors."""

    database: str | None = None
    repeat: int = 5
    more: str = ""


class Program:
    """`usciere WORD` as a process of its own; what it says on stderr is kept."""

    def __init__(self, config: Path, word: str) -> None:
        self.command = [sys.executable, "-P", "-m", "commands", "--config", str(config), word]
        self.told: dict[str, str] = {}
        """What its environment says beside ours."""
        self._said = config.parent / f"{word}.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.started = 0.0
        self.is_new = False

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it; returns at once."""
        ours = {key: value for key, value in os.environ.items() if not key.startswith("USCIERE_")}
        with self._said.open("ab") as said:
            self.started, self.is_new = time.monotonic(), True
            self._process = subprocess.Popen(
                self.command, stderr=said, stdout=said, env=ours | self.told
            )

    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ask it to end; return its status."""
        return self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        process.send_signal(number)
        return process.wait(10)

    def resident(self, line: str = "VmRSS") -> float:
        """Return its resident set in MiB; by proc(5)'s `VmHWM` the most it ever was."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return int(next(each for each in lines if each.startswith(line)).split()[1]) / 1024

    def reckoned(self) -> float:
        """Return the seconds of processor that it has taken (proc(5), stat)."""
        words = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, words[11:13])) / os.sysconf("SC_CLK_TCK")

    def said(self) -> str:
        """Return all it ever said."""
        return self._said.read_text(errors="replace") if self._said.exists() else ""


class Broker(Mosquitto):
    """A Mosquitto that lets through messages of any size: it is the doorman who is tried."""

    def start(self) -> None:
        """Return once it accepts connections."""
        user = "user root\n" if os.geteuid() == 0 else ""
        self._settings.write_text(_TAKES_ALL.format(port=self.port) + user)
        self._process = subprocess.Popen(
            ["/usr/sbin/mosquitto", "-c", str(self._settings)], stderr=subprocess.DEVNULL
        )
        wait_for_port(self.port)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.stop()


class House:
    """One site with `PEOPLE` members of a plan that always holds, a badge each."""

    def __init__(self, folder: Path, terms: Terms) -> None:
        self.broker = Broker(folder, free_port())
        self.api_port = free_port()
        config = folder / "usciere.toml"
        config.write_text(_settings(self.broker.port, self.api_port, terms))
        self.settings = load(config, {})
        self.root = f"{self.settings.mqtt.base}/{SITE}/"
        self.store = Store(self.settings.database.url)
        prepare(self.store, SITE)
        self.cards, self.token = _people(self)
        self.unused = iter(self.cards)
        self.daemon = Program(config, "daemon")
        self.api = Program(config, "api")

    def another_daemon(self) -> Program:
        """Return one more doorman like `daemon`, not started; what both say is kept together."""
        return Program(self.settings.folder / "usciere.toml", "daemon")

    def get(self, path: str, patience: float = 10) -> tuple[int, str]:
        """Ask the API as staff, on a line of its own; return status and body."""
        line = http.client.HTTPConnection(HOST, self.api_port, timeout=patience)
        with closing(line):
            line.request("GET", path, headers={"Authorization": f"Bearer {self.token}"})
            answer = line.getresponse()
            return answer.status, answer.read().decode()

    def act(self) -> Act:
        """Return an act of somebody at the keyboard, now."""
        return Act(self.store, SITE, Actor("porter"), now())

    def somebody(self) -> Card:
        """Return a badge that no other test of this house has used."""
        return next(self.unused)


@contextmanager
def furnished(terms: Terms | None = None) -> Iterator[House]:
    """Give a house with its broker running; all of it is gone when the block ends."""
    with tempfile.TemporaryDirectory(prefix="usciere-", ignore_cleanup_errors=True) as folder:
        house = House(Path(folder), terms or Terms())
        try:
            house.broker.start()
            yield house
        finally:
            house.daemon.kill()
            house.api.kill()
            house.broker.stop()
            house.store.close()


def _settings(port: int, api: int, terms: Terms) -> str:
    plain = "".join(f'[[doors]]\nid = "{door}"\nroom = "open-space"\n' for door in OPEN_DOORS[1:])
    return _SETTINGS.format(
        host=HOST,
        port=port,
        api=api,
        database=terms.database or "sqlite:///usciere.db",
        repeat=terms.repeat,
        doors=_DOORS + plain + terms.more,
    )


def _people(house: House) -> tuple[list[Card], str]:
    settings = house.settings
    lab = Lab(key_of(settings.site.badge_key_file), settings.site.zone)
    act = house.act()
    terms.add_plan(act, NewPlan(id="always", holidays=True), ["open-space", "lab"])
    cards = []
    with page_of(act) as page:
        for number in range(PEOPLE):
            member = members.join(page, NewMember(name=f"M {number}", plan="always"), lab.zone)
            page.session.flush()
            uid = f"04C0FFEE{number:06X}"
            cards.append(
                Card(uid, badges.give(page, member.id, NewBadge(uid=uid), lab).id, member.id)
            )
    _, token = tokens.add_token(act, NewToken(name="porter", role="staff"))
    return cards, token
