"""Many sites in one database at one broker, a doorman each: nobody's tap is another's.

USCIERE_SITES says how many, ten doors each; docs/sites.md has what a hundred came to.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from sqlalchemy import func, select

from daemon.badge_key import key_of
from daemon.config import load
from daemon.store import badges, members, terms
from daemon.store.badges import Lab
from daemon.store.engine import Store
from daemon.store.forms import NewBadge, NewMember, NewPlan
from daemon.store.people import Act, Actor, page_of
from daemon.store.schema import prepare
from daemon.store.tables import JournalRow
from daemon.store.verify import Sound, verify
from devices.clock import now
from devices.moments import shown
from tests.e2e.brokers import HOST, end_loop, free_port
from tests.faults.house import Broker, Program
from tests.faults.sizes import size
from tests.faults.street import new_id
from tests.postgresql import Server

pytestmark = [pytest.mark.mosquitto, pytest.mark.postgresql, pytest.mark.slow]
SITES = size("USCIERE_SITES", 3)
DOORS = 10
SECONDS = size("USCIERE_SECONDS", 5)
RATE = size("USCIERE_RATE", 50)
_CONFIG = """\
[site]
id = "{site}"
name = "{site}"
[mqtt]
url = "mqtt://{host}:{port}"
[database]
url = "{database}"
[access]
repeat_seconds = 0
[[rooms]]
id = "open-space"
"""
_DOOR = '[[doors]]\nid = "d{}"\nroom = "open-space"\n'


@dataclass(frozen=True)
class Chain:
    """All sites. The same card is a member's at every one of them, by another name."""

    store: Store
    broker: Broker
    sites: Sequence[str]
    doormen: Sequence[Program]
    members: dict[str, str]


@contextmanager
def chain(folder: Path, database: str) -> Iterator[Chain]:
    """Give a chain of sites whose doormen have all connected."""
    broker = Broker(folder, free_port())
    broker.start()
    store = Store(database)
    names = [f"s{number:03}" for number in range(SITES)]
    with ExitStack() as stack:
        stack.callback(store.close)
        stack.callback(broker.stop)
        doormen, people = [], {}
        for site in names:
            config = folder / site / "usciere.toml"
            config.parent.mkdir()
            said = _CONFIG.format(site=site, host=HOST, port=broker.port, database=database)
            config.write_text(said + "".join(_DOOR.format(door) for door in range(DOORS)))
            people[site] = _furnish(config, store, site)
            doorman = Program(config, "daemon")
            doorman.start()
            stack.callback(doorman.kill)
            doormen.append(doorman)
        for doorman in doormen:
            limit = time.monotonic() + 10 + SITES * 4
            while "all that is to be done once" not in doorman.said():
                assert time.monotonic() < limit, doorman.said()
                time.sleep(0.05)
        yield Chain(store, broker, names, doormen, people)


def _furnish(config: Path, store: Store, site: str) -> str:
    settings = load(config, {})
    prepare(store, site)
    act = Act(store, site, Actor("porter"), now())
    lab = Lab(key_of(settings.site.badge_key_file), settings.site.zone)
    terms.add_plan(act, NewPlan(id="always", holidays=True), ["open-space"])
    with page_of(act) as page:
        member = members.join(page, NewMember(name=site, plan="always"), lab.zone)
        page.session.flush()
        badges.give(page, member.id, NewBadge(uid=CARD), lab)
        return member.id


CARD = "04C0FFEE000001"


def taps(chain: Chain) -> tuple[dict[str, tuple[str, float]], dict[str, float], list[str]]:
    """Tap all over the chain; return sent (id -> site, when), answered (id -> when), unlocks."""
    sent: dict[str, tuple[str, float]] = {}
    answered: dict[str, float] = {}
    unlocks: list[str] = []

    def hear(_: Client, __: object, message: MQTTMessage) -> None:
        said = json.loads(message.payload)
        assert message.topic.split("/")[1] == sent[said["tap"]][0], "another site's"
        if message.topic.endswith("command"):
            unlocks.append(said["tap"])
        else:
            answered[said["tap"]] = time.monotonic()

    street = Client(CallbackAPIVersion.VERSION2)
    street.on_message = hear
    street.connect(HOST, chain.broker.port)
    for word in ("feedback", "command"):
        street.subscribe(f"usciere/+/door/+/{word}", 1)
    street.loop_start()
    time.sleep(0.5)
    began = time.monotonic()
    while (passed := time.monotonic() - began) < SECONDS:
        while len(sent) < passed * RATE:
            number, name = len(sent), new_id()
            site = chain.sites[number % SITES]
            tap = {"uid": CARD, "id": name, "at": shown(now())}
            sent[name] = (site, time.monotonic())
            street.publish(f"usciere/{site}/door/d{number % DOORS}/tap", json.dumps(tap), qos=1)
        time.sleep(0.005)
    limit = time.monotonic() + 10
    while (len(answered) < len(sent) or len(unlocks) < len(sent)) and time.monotonic() < limit:
        time.sleep(0.05)
    end_loop(street)
    return sent, answered, unlocks


def _memory(doorman: Program) -> float:
    """Return what a process has for itself, in MiB (proc(5), smaps_rollup)."""
    lines = Path(f"/proc/{doorman.pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def test_each_site_serves_its_own(
    tmp_path: Path, postgresql: Server, tell: Callable[[str], None]
) -> None:
    began = time.monotonic()
    with chain(tmp_path, postgresql.new_database()) as all_sites:
        ready = time.monotonic() - began
        sent, answered, unlocks = taps(all_sites)
        memory = [_memory(doorman) for doorman in all_sites.doormen]
        waits = sorted(answered[name] - sent[name][1] for name in answered)
        for site in all_sites.sites:
            with all_sites.store.reading() as session:
                mine = JournalRow.site == site, JournalRow.kind == "tap"
                found = session.execute(
                    select(func.count(), func.count(func.distinct(JournalRow.member))).where(*mine)
                ).one()
            assert found[0] == sum(1 for where, _ in sent.values() if where == site)
            assert found[1] == min(1, found[0])
            assert isinstance(verify(all_sites.store, site, None, lambda _done, _all: None), Sound)
        said = [doorman.said() for doorman in all_sites.doormen]
    assert [each for each in said if "Traceback" in each] == []
    cuts = quantiles(waits, n=100)
    tell(
        f"{SITES} sites, {SITES * DOORS} doors, all there in {ready:.0f} s; {len(sent)} taps at"
        f" {RATE}/s: p50 {cuts[49] * 1000:.1f} ms, p99 {cuts[98] * 1000:.1f} ms;"
        f" {sum(memory) / len(memory):.0f} MiB a doorman"
    )
    assert sorted(answered) == sorted(sent) == sorted(unlocks)
