from datetime import date, time
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from daemon.access.facts import Role
from daemon.config import ConfigError, Settings, load
from daemon.config_template import commented
from daemon.house import house_of
from devices.cards.shown import Names

SAMPLE = Path(__file__).with_name("usciere.toml")
SMALLEST = """
[site]
id = "casa"
name = "Casa"
[[rooms]]
id = "sala"
[[doors]]
id = "porta"
room = "sala"
"""


@pytest.fixture
def sample() -> Settings:
    return load(SAMPLE, {})


def loaded(folder: Path, text: str) -> Settings:
    path = folder / "usciere.toml"
    path.write_text(text, encoding="utf-8")
    return load(path, {})


def test_the_sample_of_the_contract_describes_cooffice(sample: Settings) -> None:
    site = sample.site
    assert (site.id, site.name, site.language, site.capacity) == ("cooffice", "CoOffice", "it", 50)
    assert (site.timezone, site.zone) == ("Europe/Rome", ZoneInfo("Europe/Rome"))
    assert (site.day_ends, site.holidays) == (time(4), "IT")
    assert [holiday.date for holiday in site.extra_holidays] == ["06-05", "2026-12-24"]
    assert site.extra_holidays[0].from_year == 2019
    assert (sample.mqtt.url, sample.mqtt.base) == ("embedded://127.0.0.1:1883", "usciere")
    assert (sample.api.host, sample.api.port) == ("127.0.0.1", 8000)
    assert sample.access.model_dump() == {
        "early_minutes": 10,
        "late_minutes": 5,
        "release_minutes": 15,
        "release_while_inside": True,
        "max_tap_age_seconds": 10,
        "repeat_seconds": 5,
        "no_entries": "refuse",
        "half_day_at": time(13, 30),
        "visitors_per_month": 0,
        "passback_minutes": 15,
        "second_badge_seconds": 30,
    }
    assert sample.calendars.allow_hosts == ()
    assert sample.spaceapi is not None
    assert (sample.spaceapi.lat, sample.spaceapi.lon) == (45.39, 11.27)


def test_the_sample_has_three_rooms_and_two_doors(sample: Settings) -> None:
    assert [room.id for room in sample.rooms] == ["open-space", "sala-riunioni", "sala-conferenze"]
    assert [room.bookable for room in sample.rooms] == [False, True, True]
    entrance, meeting = sample.doors
    assert (entrance.room, entrance.entrance) == ("open-space", True)
    assert (entrance.unlock_seconds, entrance.held_open_seconds) == (5, 30)
    assert [(reader.id, reader.role) for reader in entrance.readers] == [("fuori", Role.ENTRY)]
    assert entrance.contact is not None
    assert meeting.contact is None


def test_a_door_without_devices_has_a_native_reader_main_and_a_native_lock(
    sample: Settings,
) -> None:
    door = sample.door("sala-riunioni")
    assert door is not None
    (reader,) = door.readers
    assert (reader.id, reader.role, reader.driver, reader.uid_format) == (
        "main",
        Role.ROOM,
        "mqtt",
        "hex",
    )
    assert (door.lock.driver, dict(door.lock.options)) == ("mqtt", {})


def test_rooms_and_doors_are_found_by_id_or_not_at_all(sample: Settings) -> None:
    assert sample.room("open-space") is sample.rooms[0]
    assert sample.door("ingresso") is sample.doors[0]
    assert sample.room("cantina") is None
    assert sample.door("cantina") is None


def test_relative_paths_start_at_the_folder_of_the_file(sample: Settings) -> None:
    folder = SAMPLE.parent.absolute()
    assert sample.folder == folder
    assert sample.site.badge_key_file == folder / "badge.key"
    assert sample.database.url == f"sqlite:///{folder}/usciere.db"


def test_a_file_may_be_named_relative_to_where_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded(tmp_path, SMALLEST)
    monkeypatch.chdir(tmp_path)
    assert load(Path("usciere.toml"), {}).folder == tmp_path


def test_absolute_paths_stay_where_they_are(tmp_path: Path) -> None:
    text = '[database]\nurl = "sqlite:////var/lib/u.db?timeout=5"' + SMALLEST
    settings = loaded(tmp_path, text.replace("[[rooms]]", 'badge_key_file = "/etc/k"\n[[rooms]]'))
    assert settings.database.url == "sqlite:////var/lib/u.db?timeout=5"
    assert settings.site.badge_key_file == Path("/etc/k")


def test_a_site_of_one_room_and_one_door_has_the_values_of_the_sample(
    tmp_path: Path, sample: Settings
) -> None:
    settings = loaded(tmp_path, SMALLEST)
    assert settings.access == sample.access
    assert settings.mqtt == sample.mqtt
    assert settings.api == sample.api
    assert settings.database.url == f"sqlite:///{tmp_path}/usciere.db"
    assert settings.site.badge_key_file == tmp_path / "badge.key"
    assert (settings.site.timezone, settings.site.language) == ("Europe/Rome", "it")
    assert (settings.site.capacity, settings.site.holidays) == (None, None)
    assert settings.spaceapi is None
    assert (settings.rooms[0].name, settings.doors[0].name) == ("sala", "porta")


def test_a_reader_at_an_entrance_means_entry_unless_it_says_otherwise(tmp_path: Path) -> None:
    readers = '[[doors.readers]]\nid = "a"\n[[doors.readers]]\nid = "b"\nrole = "exit"\n'
    settings = loaded(tmp_path, SMALLEST + "entrance = true\n" + readers)
    assert [reader.role for reader in settings.doors[0].readers] == [Role.ENTRY, Role.EXIT]


def test_a_drivers_own_keys_are_its_options(tmp_path: Path) -> None:
    devices = """
    [[doors.readers]]
    driver = "osdp"
    port = "/dev/ttyUSB0"
    address = 0
    key_file = "osdp.key"
    uid_format = "wiegand26"
    [doors.lock]
    driver = "tasmota"
    topic = "porta"
    channel = 1
    inverted = true
    """
    (door,) = loaded(tmp_path, SMALLEST + devices).doors
    assert dict(door.readers[0].options) == {
        "port": "/dev/ttyUSB0",
        "address": 0,
        "key_file": str(tmp_path / "osdp.key"),
    }
    assert door.readers[0].uid_format == "wiegand26"
    assert dict(door.lock.options) == {"topic": "porta", "channel": 1, "inverted": True}


def test_settings_do_not_change_once_read(sample: Settings) -> None:
    with pytest.raises(ValidationError):
        setattr(sample.site, "capacity", 3)  # noqa: B010 - mypy would refuse the plain form
    assert isinstance(sample.doors[0].lock.options, MappingProxyType)


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("embedded://127.0.0.1:1884", "127.0.0.1", 1884),
        ("embedded://localhost", "localhost", 1883),
        ("embedded://[::1]:1883", "::1", 1883),
        ("mqtt://porta:p%40ss%2F@broker.local", "broker.local", 1883),
        ("mqtts://porta:p%40ss%2F@broker.local:9999/", "broker.local", 9999),
        ("mqtts://broker.local", "broker.local", 8883),
    ],
)
def test_a_broker_is_named_by_its_address(tmp_path: Path, url: str, host: str, port: int) -> None:
    broker = loaded(tmp_path, f'[mqtt]\nurl = "{url}"{SMALLEST}').mqtt.broker
    assert (broker.scheme, broker.host, broker.port) == (url.partition(":")[0], host, port)
    assert broker.password == ("p@ss/" if "@" in url else None)


def test_a_broker_behind_a_unix_socket_has_a_path(tmp_path: Path) -> None:
    url = "mqtt+unix:///run/mosquitto/mqtt.sock"
    broker = loaded(tmp_path, f'[mqtt]\nurl = "{url}"{SMALLEST}').mqtt.broker
    assert (broker.scheme, broker.path, broker.host) == (
        "mqtt+unix",
        "/run/mosquitto/mqtt.sock",
        "",
    )


def test_no_password_is_shown_by_printed_settings(tmp_path: Path) -> None:
    text = (
        '[mqtt]\nurl = "mqtt://porta:geheim@host"\n'
        '[database]\nurl = "postgresql+psycopg://u:geheim@host/usciere"' + SMALLEST
    )
    settings = loaded(tmp_path, text)
    assert "geheim" in settings.database.url
    assert "geheim" not in repr(settings) + repr(settings.mqtt.broker)


def test_the_api_may_listen_on_ipv6(tmp_path: Path) -> None:
    api = loaded(tmp_path, '[api]\nlisten = "[::1]:8000"' + SMALLEST).api
    assert (api.host, api.port) == ("::1", 8000)


def test_toml_dates_and_times_need_no_quotes(tmp_path: Path) -> None:
    own = "day_ends = 05:30:00\nextra_holidays = [{ date = 2026-12-24, name = 'Chiusura' }]\n"
    site = loaded(tmp_path, SMALLEST.replace("[[rooms]]", own + "[[rooms]]")).site
    assert (site.day_ends, site.extra_holidays[0].date) == (time(5, 30), "2026-12-24")


def test_the_calendar_knows_the_country_and_the_sites_own_days(sample: Settings) -> None:
    calendar = sample.calendar()
    assert (calendar.zone, calendar.day_ends) == (ZoneInfo("Europe/Rome"), time(4))
    names = [
        calendar.holidays.name(day)
        for day in (date(2026, 12, 25), date(2026, 6, 5), date(2026, 12, 24), date(2026, 6, 8))
    ]
    assert names == ["Natale", "Patrono", "Chiusura", None]


def test_a_house_of_three_thousand_doors_is_read_whole(tmp_path: Path) -> None:
    rooms = "".join(f'[[rooms]]\nid = "stanza-{n}"\n' for n in range(3000))
    doors = "".join(
        f'[[doors]]\nid = "porta-{n}"\nroom = "stanza-{n}"\n[[doors.readers]]\nid = "a"\n'
        for n in range(3000)
    )
    settings = loaded(tmp_path, '[site]\nid = "grande"\nname = "Grande"\n' + rooms + doors)
    last = settings.door("porta-2999")
    assert last is not None
    assert last.room == "stanza-2999"


def test_what_is_said_of_entries_reaches_the_house(tmp_path: Path) -> None:
    strict = house_of(loaded(tmp_path, SMALLEST))
    assert (strict.overdraws, strict.calendar.half_day_at) == (False, time(13, 30))
    said = '[access]\nno_entries = "warn"\nhalf_day_at = "14:00"\n'
    generous = house_of(loaded(tmp_path, said + SMALLEST))
    assert (generous.overdraws, generous.calendar.half_day_at) == (True, time(14))


CARDS = """
[cards]
key_file = "cards.key"
picc_names = ["p"]
"""


def _strong(tmp_path: Path, more: str) -> Settings:
    path = tmp_path / "usciere.toml"
    text = commented("cooffice", "CoOffice").replace(
        'id = "ingresso"', 'id = "ingresso"\nstrength = "cryptographic"'
    )
    path.write_text(text + more)
    return load(path, {})


def test_a_door_may_demand_proofs_where_there_are_keys(tmp_path: Path) -> None:
    settings = _strong(tmp_path, CARDS)
    assert settings.cards.key_file == tmp_path / "cards.key"
    assert settings.cards.names() == Names(picc=("p",))
    doors = house_of(settings).doors
    demanded = [
        name for name, door in doors.items() if all(p.cryptographic for p in door.places.values())
    ]
    assert demanded == ["ingresso"]


def test_a_door_cannot_demand_proofs_without_keys(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as told:
        _strong(tmp_path, "")
    [problem] = told.value.problems
    assert problem.key == "doors.ingresso.strength"
    assert "[cards] key_file" in problem.expected


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (CARDS.replace('["p"]', "[]"), "a list of names"),
        (CARDS.replace('["p"]', '["a b"]'), "picc_names"),
        (CARDS.replace('["p"]', "3"), "a list of names"),
        (CARDS.replace('"cards.key"', "3"), "the path of a file"),
        (CARDS + "key = 3", "unknown key"),
    ],
)
def test_what_cards_are_told_wrong_is_refused(tmp_path: Path, found: str, wanted: str) -> None:
    with pytest.raises(ConfigError, match=wanted):
        _strong(tmp_path, found)
