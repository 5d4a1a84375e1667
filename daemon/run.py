"""The only place that builds things: starts upward, stops downward, always with a time limit."""

import gc
import logging
import secrets
import signal
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from types import FrameType

from daemon.adrift import Adrift
from daemon.announcer import Announcer
from daemon.badge_key import key_of
from daemon.chores import Chores, Tools
from daemon.config import Settings
from daemon.doorman import PATIENCE, Doorman, Post
from daemon.feed_age import dishonour_stale
from daemon.fittings import fittings_of, formats_of
from daemon.house import house_of
from daemon.levels import Doors
from daemon.lifeline import Companion, Household
from daemon.occupancy import occupancy_text
from daemon.proofs import NOBODY, Expert
from daemon.shift import BY_HIMSELF, Shared, Shift
from daemon.store.desk import Desk
from daemon.store.engine import Store
from daemon.store.headfile import HeadFile, head_path, spool_path
from daemon.store.schema import prepare
from daemon.store.spool import Spool, first_free
from daemon.store.trouble import told_apart
from daemon.supervisor import ALONE, Supervisor
from daemon.taps import Doorstep
from devices.clock import now, steady
from devices.host import Host
from devices.kinds import PORTS
from devices.mqtt.discovery import Discovery, Named
from devices.mqtt.foreign import Foreign
from devices.mqtt.link import Endpoint, Link
from devices.mqtt.native import Native
from devices.mqtt.wires import MqttWires, Others
from devices.readers.port import NOBODY as NO_EXPERTS
from devices.readers.port import Experts
from devices.seals import key_in

log = logging.getLogger(__name__)

_GOODBYE = 1.0
_COMPANIONS_END = 2.0


class EmbeddedCompanion:
    """The embedded broker, as a companion."""

    def __init__(self, host: str, port: int) -> None:
        from devices.mqtt.broker import EmbeddedBroker  # noqa: PLC0415 - only single hosts need it

        self._broker = EmbeddedBroker(host, port, log)

    def start(self) -> None:
        """Bring it up."""
        self._broker.start(timedelta(seconds=10))

    def is_alive(self) -> bool:
        """Tell whether it runs."""
        return self._broker.alive()

    def stop(self, limit: float) -> None:
        """End it."""
        self._broker.stop(timedelta(seconds=limit))


def endpoint_of(settings: Settings, client: str) -> Endpoint:
    """Return how a program of ours, named `client`, reaches the site's broker."""
    broker = settings.mqtt.broker
    return Endpoint(
        broker.host,
        broker.port,
        broker.username or f"usciere-{settings.site.id}-{client}",
        broker.username,
        broker.password,
        broker.path or None,
        tls=broker.scheme == "mqtts",
        five=broker.scheme != "embedded",
    )


def run(
    settings: Settings, companions: Sequence[Companion] = (), supervisor: Supervisor = ALONE
) -> None:
    """Be the doorman until SIGTERM or SIGINT; companions run beside him.

    `supervisor` hears that he serves, and then for as long as every turn ends well.
    """
    household = Household(companions, steady)
    store = Store(settings.database.url)
    prepare(store, settings.site.id)
    desk = Desk(store.engine, settings.site.id, shared=settings.is_shared)
    wires = _wires(settings, desk)
    stopping = _Stopping(wires)
    doorman = None
    try:
        household.start()
        doorman = _doorman(settings, store, desk, wires, supervisor.alive)
        store.reserve()  # of what the spool has left
        doorman.begin()
        wires.begin()
        gc.collect()
        gc.set_threshold(20_000, 20, 20)  # a tap makes some hundred short-lived objects
        gc.freeze()  # what was built at start stays; no collection need walk it again
        log.info("on duty for %s with %d doors", settings.site.name, len(settings.doors))
        while not stopping.asked:
            take_turn(doorman, supervisor)
            household.look_after()
    finally:
        supervisor.stopping()
        wires.close(_GOODBYE)
        if doorman is not None:
            doorman.end(_GOODBYE)
        household.stop(_COMPANIONS_END)
        desk.close()
        store.close()
    log.info("off duty")


def take_turn(doorman: Doorman, supervisor: Supervisor) -> None:
    """Let him take a turn. The supervisor hears of it if it ended well and left nothing lying."""
    try:
        doorman.turn()
    except Exception:
        log.exception("a turn of the doorman failed; going on")
        stop_for_a_moment()
        return
    if doorman.keeps_up():
        supervisor.ready()
        supervisor.alive()


def stop_for_a_moment() -> None:
    """Wait briefly, so that a lasting fault does not spin."""
    signal.sigtimedwait([], 0.2)


class _Stopping:
    """Remembers that somebody asked us to stop; a signal does no more than that."""

    def __init__(self, wires: MqttWires) -> None:
        self.asked = False
        self._wires = wires
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, _: int, __: FrameType | None) -> None:
        self.asked = True
        self._wires.wake()


def _wires(settings: Settings, desk: Desk) -> MqttWires:
    fittings = list(fittings_of(settings))
    readers = house_of(settings).readers()
    shared = settings.is_shared
    keys = {door.id: key_in(door.hmac_key_file) for door in settings.doors if door.hmac_key_file}
    native = Native(
        settings.mqtt.base,
        settings.site.id,
        readers,
        formats_of(fittings),
        shared=shared,
        keys=keys,
    )
    foreign = Foreign(fittings)
    discovery = _discovery(settings, native.root)
    topics = native.subscriptions() | foreign.topics
    if discovery is not None:
        topics |= discovery.subscriptions
    link = Link(_doormans_end(settings), topics, native.presence, steady)
    here = [each for each in fittings if each.driver in PORTS]
    host = Host(here, link.wake, _experts(settings) if here else NO_EXPERTS)
    others = Others(host, foreign if len(foreign) else None, discovery, lambda: desk.on_duty)
    return MqttWires(link, native, now, steady, others)


def _doormans_end(settings: Settings) -> Endpoint:
    """Return how the doorman reaches the broker: one of several by a name of his own."""
    end = endpoint_of(settings, "doorman")
    if not settings.is_shared:
        return end
    return replace(end, client=f"{end.client}-{secrets.token_hex(4)}", keeps=False)


def _discovery(settings: Settings, root: str) -> Discovery | None:
    there = settings.homeassistant
    if there is None:
        return None
    return Discovery(
        there.prefix,
        root,
        Named(settings.site.id, settings.site.name),
        [Named(door.id, door.name) for door in settings.doors],
        [Named(room.id, room.name) for room in settings.rooms],
        unlocks=there.unlock,
    )


def _doorman(
    settings: Settings, store: Store, desk: Desk, wires: MqttWires, alive: Callable[[], None]
) -> Doorman:
    house = house_of(settings)
    key = key_of(settings.site.badge_key_file)
    expert = _expert(settings)
    adrift = Adrift(Doorstep(house, key, expert=expert), store, _spool(settings))
    doors = Doors(house)
    shift: Shift = BY_HIMSELF
    if settings.is_shared:
        shift = Shared(desk, doors, wires, wires.wake)
    judged, flooded = shift.judging(doors.lookout.judged), doors.lookout.flooded
    step = Doorstep(house, key, adrift.remember, expert, adrift.count, judged, flooded)
    desk.be_patient(PATIENCE)
    head = HeadFile(head_path(settings))
    states = None if settings.homeassistant is None else doors.told
    announcer = Announcer(desk, wires, lambda: _occupancy(store, settings), steady, states)
    aging = partial(dishonour_stale, store, settings.site.id)
    tools = Tools(house, desk, wires, now, steady, head.note, aging, shift)
    chores = Chores(tools, doors, announcer)
    return Doorman(Post(step, desk, wires, now, steady, alive), doors, chores, adrift, shift)


def _spool(settings: Settings) -> Spool:
    path = spool_path(settings)
    return first_free(path) if settings.is_shared else Spool(path)


def _expert(settings: Settings) -> Expert:
    """Return who checks what badges prove; a house without keys does not pay for cryptography."""
    file = settings.cards.key_file
    if file is None:
        return NOBODY
    from daemon.card_keys import card_keys  # noqa: PLC0415 - as above
    from devices.cards.sun import check  # noqa: PLC0415 - as above

    keys, names = card_keys(file).sun, settings.cards.names()
    return NOBODY if keys is None else Expert(lambda url: check(url, keys, names))


def _experts(settings: Settings) -> Experts:
    """Return who asks cards at this host's readers to prove themselves, and looks at new badges.

    A card that knows a key of ours shows it; else the address that it shows is read.
    """
    from daemon.card_keys import card_keys  # noqa: PLC0415 - as above
    from devices.cards.examiner import examiner  # noqa: PLC0415 - as above
    from devices.cards.ndef import address_of, first_of  # noqa: PLC0415 - as above
    from devices.cards.scrutiny import scrutiniser  # noqa: PLC0415 - as above

    keys = card_keys(settings.cards.key_file)
    if settings.cards.key_file is None:
        return Experts(None, scrutiniser(keys))
    mutual = examiner(keys)
    examine = mutual if keys.sun is None else first_of(mutual, address_of)
    return Experts(examine, scrutiniser(keys))


def _occupancy(store: Store, settings: Settings) -> str:
    with told_apart():
        return occupancy_text(store, settings, now())
