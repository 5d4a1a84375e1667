from pathlib import Path

import pytest

from daemon.config import ConfigError, load

SAMPLE = Path(__file__).with_name("usciere.toml")


def refused(environ: dict[str, str]) -> dict[str, str]:
    with pytest.raises(ConfigError) as caught:
        load(SAMPLE, environ)
    return {problem.key: problem.expected for problem in caught.value.problems}


def test_a_variable_takes_the_place_of_a_setting() -> None:
    settings = load(
        SAMPLE,
        {
            "USCIERE_DATABASE__URL": "postgresql+psycopg://u:p@host/usciere",
            "USCIERE_SITE__NAME": "123",
            "USCIERE_SITE__CAPACITY": "60",
            "USCIERE_SITE__LANGUAGE": '"en"',
            "USCIERE_SPACEAPI__LAT": "45",
            "USCIERE_CALENDARS__ALLOW_HOSTS": '["nas.local"]',
        },
    )
    assert settings.database.url == "postgresql+psycopg://u:p@host/usciere"
    assert (settings.site.name, settings.site.capacity) == ("123", 60)
    assert settings.site.language == "en"
    assert settings.calendars.allow_hosts == ("nas.local",)


def test_a_relative_path_in_a_variable_starts_at_the_files_folder() -> None:
    settings = load(SAMPLE, {"USCIERE_DATABASE__URL": "sqlite:///other.db"})
    assert settings.database.url == f"sqlite:///{SAMPLE.parent.absolute()}/other.db"


def test_doors_and_readers_are_named_by_id_or_position() -> None:
    settings = load(
        SAMPLE,
        {
            "USCIERE_DOORS__SALA_RIUNIONI__UNLOCK_SECONDS": "9",
            "USCIERE_DOORS__0__READERS__FUORI__ROLE": "toggle",
            "USCIERE_DOORS__INGRESSO__LOCK": '{ driver = "shelly", topic = "a" }',
            "USCIERE_DOORS__INGRESSO__LOCK__CHANNEL": "1",
            "USCIERE_ROOMS__0": '{ id = "open-space" }',
        },
    )
    entrance, meeting = settings.doors
    assert meeting.unlock_seconds == 9
    assert entrance.readers[0].role == "toggle"
    assert dict(entrance.lock.options) == {"topic": "a", "channel": 1}
    assert settings.rooms[0].capacity is None


def test_a_table_that_the_file_lacks_may_come_from_variables(tmp_path: Path) -> None:
    path = tmp_path / "usciere.toml"
    path.write_text(SAMPLE.read_text().replace("[mqtt]", "[access]", 1).split("[access]")[0])
    whole = {
        "USCIERE_ROOMS": '[{ id = "sala" }]',
        "USCIERE_DOORS": '[{ id = "porta", room = "sala" }]',
        "USCIERE_MQTT__BASE": "porta",
    }
    settings = load(path, whole)
    assert (settings.mqtt.base, settings.doors[0].room) == ("porta", "sala")


@pytest.mark.parametrize(
    ("variable", "says"),
    [
        ("USCIERE_DATABSE__URL", "did you mean `DATABASE`?"),
        ("USCIERE_DATABASE__ULR", "did you mean `URL`?"),
        ("USCIERE_DATABASE__URL__X", "no such setting"),
        ("USCIERE_COLOUR", "no such setting"),
        ("USCIERE_", "no such setting"),
        ("USCIERE_DOORS__CANTINA__ROOM", "`CANTINA`"),
        ("USCIERE_DOORS__7__ROOM", "position from 0 to 1"),
        ("USCIERE_DOORS__INGRESSO__CONTACT__TOPIC__X", "no such setting"),
    ],
)
def test_a_variable_that_names_nothing_is_a_problem(variable: str, says: str) -> None:
    assert says in refused({variable: "x"})[variable]


@pytest.mark.parametrize(
    "variable",
    [
        "USCIERE_CONFIG",
        "USCIERE_TOKEN",
        "USCIERE_LOG",
        "USCIERE_LOG_LEVEL",
        "USCIERE_LOG__LEVEL",
        "USCIERE_DATA",
        "USCIERE_DATA_DIR",
        "USCIERELLA",
        "PATH",
    ],
)
def test_names_of_other_parts_are_left_alone(variable: str) -> None:
    assert load(SAMPLE, {variable: "x"}) == load(SAMPLE, {})


def test_a_wrong_value_says_which_variable_it_came_from() -> None:
    found = refused({"USCIERE_SITE__CAPACITY": "many", "USCIERE_MQTT__URL": "mqtt://u:geheim@h:0"})
    assert found["site.capacity"].startswith("found `many`, expected a whole number")
    assert found["site.capacity"].endswith("(the value is that of USCIERE_SITE__CAPACITY)")
    assert "geheim" not in str(found)


def test_a_value_cannot_smuggle_in_a_second_key() -> None:
    smuggled = refused({"USCIERE_SITE__CAPACITY": "5\nname = 'x'"})
    assert set(smuggled) == {"site.capacity"}


def test_bytes_that_are_no_text_are_refused_and_can_be_printed() -> None:
    found = refused({"USCIERE_SITE__NAME": "caff\udce8"})
    assert "caff\\udce8" in found["site.name"]
    assert str(found).encode()
