"""Credentials from systemd: settings that stand in no file others may read."""

from pathlib import Path

import pytest

from daemon.config import ConfigError, load

SAMPLE = Path(__file__).with_name("usciere.toml")
URL = "mqtt://doorman:secret@127.0.0.1:1884"


def test_a_credential_takes_the_place_of_a_setting(tmp_path: Path) -> None:
    (tmp_path / "USCIERE_MQTT__URL").write_text(f"{URL}\n")
    (tmp_path / "cards.key").write_bytes(b"\xff")  # read by whoever the settings name it to
    assert load(SAMPLE, {"CREDENTIALS_DIRECTORY": str(tmp_path)}).mqtt.url == URL


def test_what_is_set_in_the_environment_goes_before_a_credential(tmp_path: Path) -> None:
    (tmp_path / "USCIERE_MQTT__URL").write_text("mqtt://other")
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path), "USCIERE_MQTT__URL": URL}
    assert load(SAMPLE, environ).mqtt.url == URL


def test_every_credential_that_cannot_be_read_is_named_and_none_is_shown(tmp_path: Path) -> None:
    (tmp_path / "USCIERE_MQTT__URL").write_bytes(b"secret\xff")
    (tmp_path / "USCIERE_DATABASE__URL").mkdir()
    (tmp_path / "USCIERE_MAIL__URL").write_text("secret" * 20_000)
    with pytest.raises(ConfigError) as refused:
        load(SAMPLE, {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    why = "the credential can't be read:"
    assert str(refused.value).splitlines() == [
        f"USCIERE_DATABASE__URL: {why} Is a directory",
        f"USCIERE_MAIL__URL: {why} it is far too long; is this the right file?",
        f"USCIERE_MQTT__URL: {why} it is not UTF-8 text",
    ]


def test_a_wrong_value_is_said_to_come_from_its_variable(tmp_path: Path) -> None:
    (tmp_path / "USCIERE_MQTT__URL").write_text("http://x")
    with pytest.raises(ConfigError, match=r"mqtt\.url: .*that of USCIERE_MQTT__URL"):
        load(SAMPLE, {"CREDENTIALS_DIRECTORY": str(tmp_path)})


def test_a_folder_that_is_not_there_hands_over_nothing(tmp_path: Path) -> None:
    assert load(SAMPLE, {"CREDENTIALS_DIRECTORY": str(tmp_path / "none")}).mqtt.url != URL
