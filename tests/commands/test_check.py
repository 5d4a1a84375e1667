"""`check` looks at each thing a doorman needs and says what to do; it changes nothing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.app import create_app
from commands.check import Found, badge_key, clock, database, drivers, keys_of_cards, told
from commands.failures import sentence
from daemon.badge_key import key_of
from daemon.card_keys import make
from daemon.config import Settings, load
from daemon.config.drivers import DRIVERS
from daemon.config_template import commented
from daemon.store.engine import Store
from daemon.store.forms import NewPlan
from daemon.store.people import Act, Actor
from daemon.store.schema import prepare
from daemon.store.terms import add_plan
from daemon.store.webhooks import Place, Standing, keep, settle, take
from daemon.webhooks.receivers import name_of
from daemon.webhooks.secret_file import UnusableSecret
from devices.kinds import FIRMWARES, NATIVE, PORTS
from tests.commands.conftest import Usciere

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    path = tmp_path / "usciere.toml"
    path.write_text(commented("cooffice", "CoOffice"))
    return load(path, {})


def prepared(settings: Settings) -> Store:
    store = Store(settings.database.url)
    prepare(store, settings.site.id)
    return store


def test_a_database_that_is_not_there_is_not_made(settings: Settings, tmp_path: Path) -> None:
    found = database(settings)
    assert not found.ok
    assert found.words.endswith("it is not prepared yet; run `usciere migrate`")
    assert not (tmp_path / "usciere.db").exists()


def test_a_prepared_database_is_well(settings: Settings) -> None:
    prepared(settings).close()
    assert database(settings).ok


def test_a_file_that_is_no_database_is_said(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "usciere.db").write_text("not a database, " * 1000)
    found = database(settings)
    assert not found.ok
    assert found.words.startswith("the database says: file is not a database; check")


def test_a_key_that_is_not_there_yet_will_be_made(settings: Settings, tmp_path: Path) -> None:
    assert badge_key(settings).ok
    assert not (tmp_path / "badge.key").exists()


def test_a_key_that_others_may_read_is_wrong(settings: Settings) -> None:
    file = settings.site.badge_key_file
    key_of(file)
    assert badge_key(settings).ok
    file.chmod(0o640)
    found = badge_key(settings)
    assert not found.ok
    assert found.words == f"others on this machine may read it; run: chmod 600 {file}"


@pytest.mark.parametrize("content", [b"", b"x" * 31, b"x" * 33])
def test_a_key_of_another_length_is_none(settings: Settings, content: bytes) -> None:
    settings.site.badge_key_file.write_bytes(content)
    assert "is no key of 32 bytes" in badge_key(settings).words


def test_every_driver_that_the_settings_take_is_served() -> None:
    assert set(DRIVERS) == {*NATIVE, *FIRMWARES, *PORTS}


def test_the_houses_own_devices_are_known(settings: Settings) -> None:
    assert drivers(settings).ok


@pytest.mark.parametrize(("year", "ok"), [(1970, False), (2025, False), (2026, True)])
def test_a_time_before_this_program_is_no_time(settings: Settings, year: int, *, ok: bool) -> None:
    assert clock(settings, lambda: NOON.replace(year=year)).ok is ok


@pytest.mark.parametrize(("behind", "ok"), [(61, False), (60, True), (-3600, True)])
def test_a_time_before_the_newest_entry_is_wrong(
    settings: Settings, behind: int, *, ok: bool
) -> None:
    store = prepared(settings)
    add_plan(Act(store, "cooffice", Actor("test"), NOON), NewPlan(id="x"), [])
    store.close()
    found = clock(settings, lambda: NOON - timedelta(seconds=behind))
    assert found.ok is ok
    assert "13:0" in found.words or "12:5" in found.words or "14:0" in found.words


def test_a_bad_configuration_is_all_that_is_said(usciere: Usciere) -> None:
    done = usciere("check")
    assert done.exit_code == 1
    assert done.stdout.startswith("WRONG  configuration  usciere.toml: can't be read:")


def test_a_house_without_card_keys_is_well(settings: Settings) -> None:
    found = keys_of_cards(settings)
    assert (found.ok, found.words) == (True, "none; badges are known by their number alone")


def test_card_keys_are_looked_at(tmp_path: Path) -> None:
    path, keys = tmp_path / "usciere.toml", tmp_path / "cards.key"
    text = commented("cooffice", "CoOffice") + '\n[cards]\nkey_file = "cards.key"\n'
    path.write_text(text)
    assert "there is no such file" in keys_of_cards(load(path, {})).words
    make(keys)
    found = keys_of_cards(load(path, {}))
    assert (found.ok, found.words) == (True, f"{keys}; no door demands a proof")
    path.write_text(text.replace('id = "ingresso"', 'id = "ingresso"\nstrength = "cryptographic"'))
    assert keys_of_cards(load(path, {})).words == f"{keys}; demanded at ingresso"
    keys.chmod(0o644)
    found = keys_of_cards(load(path, {}))
    assert not found.ok
    assert found.words.endswith(f"run: chmod 600 {keys}")


@pytest.fixture
def telling(tmp_path: Path) -> Settings:
    """Return a house that tells somebody."""
    hook = '\n[[webhooks]]\nurl = "https://hooks.example/s3cret"\nsecret_file = "hook.secret"\n'
    path = tmp_path / "usciere.toml"
    path.write_text(commented("cooffice", "CoOffice") + hook)
    secret = tmp_path / "hook.secret"
    secret.touch(0o600)
    secret.write_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    return load(path, {})


def test_a_webhook_that_is_well_says_how_far_it_was_told(telling: Settings) -> None:
    [webhook] = telling.webhooks
    begun = "not begun; the API begins behind the newest entry"
    assert told(telling, webhook) == Found("webhook https://hooks.example/…", True, begun)  # noqa: FBT003 - one of its fields
    store = prepared(telling)
    assert told(telling, webhook).words == begun
    settle(store, "cooffice", {name_of(webhook): "mark"})
    store.close()
    found = told(telling, webhook)
    assert (found.ok, found.words) == (True, "told up to entry 0 of 0")


@pytest.mark.parametrize(
    ("stands", "words"),
    [
        (Standing(0, NOON, "nobody there"), "entry 0 of 0; since 2026-03-02 13:00: nobody there"),
        (Standing(0, gone=NOON), "it said 2026-03-02 13:00 that it wants no more (410)"),
    ],
)
def test_a_webhook_that_takes_nothing_is_wrong(
    telling: Settings, stands: Standing, words: str
) -> None:
    [webhook] = telling.webhooks
    place = Place("cooffice", name_of(webhook))
    store = prepared(telling)
    settle(store, "cooffice", {place.name: "mark"})
    held = take(store, place, 0, NOON)
    assert held is not None
    keep(store, place, held, stands, None)
    store.close()
    found = told(telling, webhook)
    assert not found.ok
    assert words in found.words


def test_a_webhook_without_its_secret_is_wrong_and_the_api_does_not_start(
    telling: Settings, tmp_path: Path
) -> None:
    (tmp_path / "hook.secret").chmod(0o644)
    found = told(telling, telling.webhooks[0])
    assert not found.ok
    assert found.words.endswith(f"run: chmod 600 {tmp_path / 'hook.secret'}")
    assert "s3cret" not in f"{found}"
    with pytest.raises(UnusableSecret) as refused:
        create_app(telling)
    assert sentence(refused.value) == found.words
