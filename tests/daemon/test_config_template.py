from pathlib import Path

import pytest

from daemon.config import load
from daemon.config_template import Addresses, commented, with_contact

SAMPLE = Path(__file__).with_name("usciere.toml")


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_written_configuration_is_cooffices_house(tmp_path: Path, language: str) -> None:
    path = tmp_path / "usciere.toml"
    text = commented("cooffice", "CoOffice", language=language)
    path.write_text(text, encoding="utf-8")
    assert load(path, {}).doors[0].contact is None
    path.write_text(with_contact(text), encoding="utf-8")
    written, sample = load(path, {}), load(SAMPLE, {})
    assert written.rooms == sample.rooms
    assert written.doors[:2] == sample.doors
    assert {door.room for door in written.doors} == {room.id for room in written.rooms}
    assert (written.access, written.mqtt, written.api) == (sample.access, sample.mqtt, sample.api)
    assert (written.site.language, written.site.holidays) == (language, "IT")


def test_names_and_addresses_are_written_as_given(tmp_path: Path) -> None:
    path = tmp_path / "usciere.toml"
    where = Addresses("sqlite:///a.db", "embedded://127.0.0.1:2883", "127.0.0.1:9000")
    name = 'Caffè "da Gigi" \\ 🚪'
    path.write_text(commented("a", name, "America/Lima", "en", where), encoding="utf-8")
    settings = load(path, {})
    assert (settings.site.name, settings.site.timezone) == (name, "America/Lima")
    assert settings.site.holidays is None
    assert (settings.mqtt.broker.port, settings.api.port) == (2883, 9000)
    assert settings.database.url == f"sqlite:///{tmp_path}/a.db"


def test_comments_speak_the_sites_language() -> None:
    italian, english = (commented("a", "A", language=language) for language in ("it", "en"))
    assert "quanto resta sbloccata" in italian
    assert "how long it stays unlocked" in english
    assert "sbloccata" not in english
    assert max(len(line) for line in (italian + english).splitlines()) <= 120
