import os
from pathlib import Path

import pytest

from daemon.config import ConfigError, Problem, load

SAMPLE = Path(__file__).with_name("usciere.toml").read_text(encoding="utf-8")
READER = 'role = "entry"                        #'
LATE = "late_minutes = 5"
LOCK = "[doors.lock]\n"


def problems(folder: Path, content: str | bytes) -> dict[str, str]:
    path = folder / "usciere.toml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    return {problem.key: problem.expected for problem in caught.value.problems}


def changed(old: str, new: str) -> str:
    assert old in SAMPLE
    return SAMPLE.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "key", "says"),
    [
        ('id = "cooffice"', 'id = "CoOffice"', "site.id", "found `CoOffice`, expected an id"),
        ('id = "cooffice"', "", "site.id", "missing; write an id"),
        ('id = "cooffice"', f'id = "{"a" * 64}"', "site.id", "1 to 63"),
        ('name = "CoOffice"', "name = 3", "site.name", "found `3`, expected a text"),
        ('name = "CoOffice"', 'name = "  "', "site.name", "expected a text"),
        ('name = "CoOffice"', 'name = "a\\nb"', "site.name", "on one line"),
        ("Europe/Rome", "Europe/Roma", "site.timezone", "did you mean `Europe/Rome`?"),
        ("Europe/Rome", "../etc/passwd", "site.timezone", "an IANA time zone"),
        ("Europe/Rome", "Europe", "site.timezone", "an IANA time zone"),
        ('language = "it"', 'language = "de"', "site.language", "expected `it` or `en`"),
        ('language = "it"', 'langage = "it"', "site.langage", "did you mean `language`?"),
        ("capacity = 50", "capacity = 0", "site.capacity", "found `0`, expected a whole number"),
        ("capacity = 50", "capacity = -3", "site.capacity", "found `-3`"),
        ("capacity = 50", 'capacity = "50"', "site.capacity", "found `50`, expected a whole"),
        ("capacity = 50", "capacity = true", "site.capacity", "found `true`"),
        ("capacity = 50", "capacity = 0x" + "f" * 5000, "site.capacity", "a huge number"),
        ('day_ends = "04:00"', 'day_ends = "24:00"', "site.day_ends", "a time of day"),
        ('day_ends = "04:00"', 'day_ends = "4:00"', "site.day_ends", "such as"),
        ('holidays = "IT"', 'holidays = "XX"', "site.holidays", "no country `XX`"),
        ('holidays = "IT"', 'holidays = "IT-XX"', "site.holidays", "no subdivision `XX`"),
        ('holidays = "IT"', 'holidays = "IT-"', "site.holidays", "no subdivision"),
        ('"06-05"', '"02-30"', "site.extra_holidays[0].date", "month before day"),
        ('"06-05"', '"5-6"', "site.extra_holidays[0].date", "month before day"),
        ('"2026-12-24"', '"2027-02-29"', "site.extra_holidays[1].date", "month before day"),
        ('"06-05"', '"2026-06-05"', "site.extra_holidays[0]", "leave `from_year` out"),
        ("2019", "-1", "site.extra_holidays[0].from_year", "a year such as 2019"),
        ('"badge.key"', '""', "site.badge_key_file", "the path of a file"),
        ("sqlite:///usciere.db", "mysql://u:geheim@h/d", "database.url", "the scheme `mysql`"),
        ("sqlite:///usciere.db", "postgresql://h/d", "database.url", "`postgresql+psycopg://`"),
        ("sqlite:///usciere.db", "sqlite://", "database.url", "an ordinary file"),
        ("sqlite:///usciere.db", "sqlite:///:memory:", "database.url", "an ordinary file"),
        ("sqlite:///usciere.db", "usciere.db", "database.url", "no scheme"),
        ("sqlite:///usciere.db", "postgresql+psycopg://h", "database.url", "no database name"),
        ("embedded://127.0.0.1", "embedded://10.0.0.1", "mqtt.url", "listens on loopback only"),
        ("embedded://127.0.0.1", "embedded://0.0.0.0", "mqtt.url", "listens on loopback only"),
        ("embedded://", "embedded://u:geheim@", "mqtt.url", "is anonymous"),
        ("embedded://127.0.0.1:1883", "mqtt://u:geheim@h:70000", "mqtt.url", "1 to 65535"),
        ("embedded://127.0.0.1:1883", "mqtt://u:geh#eim@h", "mqtt.url", "as %XX"),
        ("embedded://127.0.0.1:1883", "mqtt://h:0", "mqtt.url", "1 to 65535"),
        ("embedded://127.0.0.1:1883", "mqtt://", "mqtt.url", "no usable host"),
        ("embedded://127.0.0.1:1883", "mqtt://h/path", "mqtt.url", "after host and port"),
        ("embedded://127.0.0.1:1883", "ws://h", "mqtt.url", "the scheme `ws`"),
        ("embedded://127.0.0.1:1883", "mqtt+unix://run/a", "mqtt.url", "three slashes"),
        ('base = "usciere"', 'base = "a/b"', "mqtt.base", "one topic level"),
        ('base = "usciere"', 'base = "#"', "mqtt.base", "one topic level"),
        ('base = "usciere"', "base = [[]]", "mqtt.base", "one topic level"),
        ("127.0.0.1:8000", "127.0.0.1:0", "api.listen", "port from 1 to 65535"),
        ("127.0.0.1:8000", "8000", "api.listen", "host and port"),
        ("127.0.0.1:8000", "::1:8000", "api.listen", "`[::1]:8000`"),
        ("early_minutes = 10", "early_minutes = -1", "access.early_minutes", "0 to 1440"),
        ("early_minutes = 10", "early_minutes = 1.5", "access.early_minutes", "found `1.5`"),
        ("max_tap_age_seconds = 10", "max_tap_age_seconds = 0", "access.max_tap_age_seconds", "1"),
        ("repeat_seconds = 5", "repeat_second = 5", "access.repeat_second", "`repeat_seconds`"),
        (LATE, 'no_entries = "ask"', "access.no_entries", "expected `refuse` or `warn`"),
        (LATE, "half_day_at = 13", "access.half_day_at", "a time of day"),
        (LATE, "half_day_at = 0x" + "f" * 5000, "access.half_day_at", "a time of day"),
        (LATE, 'half_day_at = "04:00"', "access.half_day_at", "when the day ends"),
        ('day_ends = "04:00"', "day_ends = 13:30:00", "access.half_day_at", "when the day ends"),
        ("allow_hosts = []", 'allow_hosts = ["http://a"]', "calendars.allow_hosts[0]", "alone"),
        ("allow_hosts = []", "allow_hosts = [3]", "calendars.allow_hosts[0]", "a host's name"),
        ("allow_hosts = []", 'allow_hosts = "a"', "calendars.allow_hosts", "found text"),
        ("lat = 45.39", "lat = nan", "spaceapi.lat", "found `nan`, expected degrees north"),
        ("lat = 45.39", "lat = inf", "spaceapi.lat", "degrees north"),
        ("lat = 45.39", "", "spaceapi.lat", "missing; write degrees north"),
        ("area_m2 = 160", "area_m2 = -inf", "rooms.open-space.area_m2", "square metres"),
        ("bookable = true", 'bookable = "yes"', "rooms.sala-riunioni.bookable", "true or false"),
        ('id = "open-space"', "id = 3", "rooms[0].id", "found `3`, expected an id"),
        ('id = "open-space"', 'id = "sala-riunioni"', "rooms[1].id", "rooms[0].id has already"),
        ("capacity = 30", "enforce_capacity = true", "rooms.open-space.capacity", "missing, but"),
        ('id = "ingresso"', 'id = "sala-riunioni"', "doors[1].id", "doors[0].id has already"),
        ('room = "open-space"', 'room = "opn"', "doors.ingresso.room", "which is no room; write"),
        ('room = "open-space"', "", "doors.ingresso.room", "missing"),
        ("unlock_seconds = 5", "unlock_seconds = 0", "doors.ingresso.unlock_seconds", "1 to 3600"),
        (READER, 'role = "entri" #', "doors.ingresso.readers.fuori.role", "`toggle` or `room`"),
        (READER, 'uid_format = "hx" #', "doors.ingresso.readers.fuori.uid_format", "`hex`?"),
        (READER, 'topic = "a" #', "doors.ingresso.readers.fuori.topic", "unknown key"),
        (READER, 'options = "a" #', "doors.ingresso.readers.fuori.options", "unknown key"),
        (
            LOCK,
            '[[doors.readers]]\nid = "fuori"\n' + LOCK,
            "doors.ingresso.readers[1].id",
            "another",
        ),
    ],
)
def test_a_wrong_setting_is_named_with_what_would_do(
    tmp_path: Path, old: str, new: str, key: str, says: str
) -> None:
    found = problems(tmp_path, changed(old, new))
    assert says in found[key]
    assert "geheim" not in str(found)


@pytest.mark.parametrize(
    ("device", "key", "says"),
    [
        ('driver = "tasmotta"', "driver", "did you mean `tasmota`?"),
        ('driver = "nfc"\ndevice = "usb"', "driver", "expected a driver for a lock"),
        ("driver = 3", "driver", "found `3`, expected a name"),
        ('driver = "shelly"', "topic", "missing, and `shelly` needs it"),
        ('driver = "shelly"\ntopic = "a/#"', "topic", "without `+` or `#`"),
        ('driver = "shelly"\ntopic = ["a"]', "topic", "found a list"),
        ('driver = "shelly"\ntopic = "a"\nchannel = -1', "channel", "0 to 255"),
        ('driver = "shelly"\ntopic = "a"\ninverted = 1', "inverted", "true or false"),
        ('driver = "shelly"\ntopic = "cooffice/porta"', "topic", "of the device's own"),
        ('driver = "shelly"\ntopic = "usciere"', "topic", "of the device's own"),
        ('driver = "shelly"\ntopc = "a"', "topc", "did you mean `topic`?"),
        ('driver = "osdp"\nport = "/dev/a"\naddress = 127', "address", "0 to 126"),
        ('driver = "mqtt"\nuid_format = "hex"', "uid_format", "has no keys of its own"),
    ],
)
def test_a_lock_says_which_driver_and_keys_it_could_have(
    tmp_path: Path, device: str, key: str, says: str
) -> None:
    found = problems(tmp_path, changed('[doors.lock]\ndriver = "mqtt"', f"[doors.lock]\n{device}"))
    assert says in found[f"doors.ingresso.lock.{key}"]


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    text = SAMPLE.replace("capacity = 50", "capacity = -1").replace('"IT"', '"XX"')
    text = text.replace('room = "sala-riunioni"', 'room = "cantina"').replace(
        '[doors.lock]\ndriver = "mqtt"', '[doors.lock]\ndriver = "porta"'
    )
    assert set(problems(tmp_path, text)) == {
        "site.capacity",
        "site.holidays",
        "doors.sala-riunioni.room",
        "doors.ingresso.lock.driver",
    }


def test_an_empty_file_lacks_site_rooms_and_doors(tmp_path: Path) -> None:
    assert set(problems(tmp_path, "")) == {"site", "rooms", "doors"}


def test_what_stands_in_a_tables_place_is_named_by_kind_only(tmp_path: Path) -> None:
    text = 'mqtt = "mqtt://u:geheim@h"\ndoors = [1]\nrooms = []\nsite = 2026-01-01\n'
    found = problems(tmp_path, text)
    assert found["mqtt"] == "found text, expected a table of url, base"
    assert found["doors[0]"].startswith("found a whole number, expected a table of id, name, room")
    assert found["rooms"] == "found an empty list, expected at least one table written [[rooms]]"
    assert found["site"].startswith("found a date")
    assert len(found) == 4


def test_a_leap_day_is_a_holiday_one_may_have(tmp_path: Path) -> None:
    text = changed('"06-05"', '"02-29"').replace("capacity = 50", "capacity = -1")
    assert set(problems(tmp_path, text)) == {"site.capacity"}


def test_options_is_a_key_of_nothing(tmp_path: Path) -> None:
    found = problems(tmp_path, SAMPLE + "options = 1\n[options]\n")
    assert set(found) == {"options", "doors.sala-riunioni.options"}


@pytest.mark.parametrize("wrong", ["", "id = 3", 'id = ""', 'id = "A B"'])
def test_a_wrong_id_is_one_problem_though_the_name_comes_from_it(
    tmp_path: Path, wrong: str
) -> None:
    assert set(problems(tmp_path, f"{SAMPLE}\n[[rooms]]\n{wrong}\n")) == {"rooms[3].id"}


def test_a_strange_id_cannot_write_on_the_terminal_either(tmp_path: Path) -> None:
    found = problems(tmp_path, changed('id = "sala-riunioni"', 'id = "\\u001b"'))
    assert "`\\x1b`" in found["doors.sala-riunioni.room"]
    assert str(found).isprintable()


def test_strange_keys_are_quoted_and_cannot_write_on_the_terminal(tmp_path: Path) -> None:
    found = problems(tmp_path, SAMPLE + '"a.b\\u001b[31m" = 3\n')
    assert list(found) == ['doors.sala-riunioni."a.b\\x1b[31m"']


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"[site]\nid = \n", "(at line 2, column 6)"),
        (b"[site\n", "not TOML"),
        (b"a = 1\na = 2\n", "not TOML"),
        (b"a = " + b"[" * 100_000, "nested too deep"),
        (b"a = " + b"9" * 5000, "not TOML"),
        (b"# ciao\n# perch\xe9\n", "line 2 is not UTF-8"),
        (b"#" * (4 * 1024 * 1024 + 1), "more than 4 MiB"),
    ],
)
def test_a_file_that_is_no_configuration_is_refused(
    tmp_path: Path, content: bytes, says: str
) -> None:
    found = problems(tmp_path, content)
    assert says in found[str(tmp_path / "usciere.toml")]


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "usciere.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SAMPLE.encode())
    assert load(path, {}).site.id == "cooffice"


def test_a_file_that_is_not_there_says_how_to_write_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"No such file .*`usciere init`"):
        load(tmp_path / "usciere.toml", {})


@pytest.mark.parametrize("name", [".", "a\0b", "a" * 5000])
def test_a_name_that_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / name, {})
    assert len(caught.value.problems) == 1


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ConfigError, match="not an ordinary file"):
        load(tmp_path / "pipe", {})


def test_an_error_reads_a_line_a_problem() -> None:
    error = ConfigError((Problem("a", "found 1"), Problem("b", "missing")))
    assert str(error) == "a: found 1\nb: missing"


@pytest.mark.parametrize("mode", ["enforce", "timed"])
def test_passback_without_an_exit_is_refused(tmp_path: Path, mode: str) -> None:
    house = '[site]\nid = "x"\nname = "X"\n[[rooms]]\nid = "hall"\n'
    door = f'[[doors]]\nid = "front"\nroom = "hall"\npassback = "{mode}"\n'
    found = problems(tmp_path, house + door)
    assert list(found) == ["doors.front.passback"]
    assert "no reader in the house has the role `exit`" in found["doors.front.passback"]
    readers = 'readers = [{ id = "in" }, { id = "out", role = "exit" }]\n'
    (tmp_path / "usciere.toml").write_text(house + door + readers)
    assert load(tmp_path / "usciere.toml", {}).doors[0].passback == mode
