"""The tables [[webhooks]]: what is understood, and what is refused in words."""

from pathlib import Path

import pytest

from daemon.config import Settings, load
from daemon.config.webhooks import EVENTS
from daemon.store.journal import Kind
from tests.daemon.test_config_problems import SAMPLE, problems

HOOK = '\n[[webhooks]]\nurl = "https://hooks.example/s3cret"\nsecret_file = "hook.secret"\n'


def loaded(folder: Path, more: str) -> Settings:
    path = folder / "usciere.toml"
    path.write_text(SAMPLE + more)
    return load(path, {})


def test_without_a_table_nobody_is_told(tmp_path: Path) -> None:
    assert loaded(tmp_path, "").webhooks == ()


def test_a_webhook_is_told_of_everything_unless_said(tmp_path: Path) -> None:
    [hook] = loaded(tmp_path, HOOK).webhooks
    assert set(hook.events) == set(EVENTS) == set(Kind)
    assert hook.secret_file == tmp_path / "hook.secret"
    assert hook.receiver.shown == "https://hooks.example/…"
    assert not hook.is_near
    [chosen] = loaded(tmp_path, f'{HOOK}events = ["alarm", "tap"]\n').webhooks
    assert chosen.events == ("alarm", "tap")


@pytest.mark.parametrize("host", ["127.0.0.1:9000", "localhost", "[::1]:9000"])
def test_to_this_machine_it_may_go_in_clear(tmp_path: Path, host: str) -> None:
    [hook] = loaded(tmp_path, HOOK.replace("https://hooks.example", f"http://{host}")).webhooks
    assert hook.is_near


@pytest.mark.parametrize(
    ("old", "new", "key", "says"),
    [
        ("https://", "http://", "webhooks[0].url", "found http to another machine, expected"),
        ("https://", "ftp://", "webhooks[0].url", "can't be read, expected an address such as"),
        ("https://hooks.example", "https://", "webhooks[0].url", "can't be read"),
        ("hooks.example", "hooks.example:x", "webhooks[0].url", "can't be read"),
        ("hooks.example", "a b", "webhooks[0].url", "can't be read"),
        ('"https://hooks.example/s3cret"', "3", "webhooks[0].url", "found `3`, expected an addr"),
        ('url = "https://hooks.example/s3cret"\n', "", "webhooks[0].url", "missing; write an addr"),
        ('"hook.secret"', '""', "webhooks[0].secret_file", "the path of a file"),
        ('secret_file = "hook.secret"\n', "", "webhooks[0].secret_file", "missing; write the path"),
        ("secret_file", "secret_fil", "webhooks[0].secret_fil", "did you mean `secret_file`?"),
    ],
)
def test_a_wrong_key_is_named_and_no_address_quoted(
    tmp_path: Path, old: str, new: str, key: str, says: str
) -> None:
    found = problems(tmp_path, SAMPLE + HOOK.replace(old, new, 1))
    assert says in found[key]
    assert "s3cret" not in str(found)


@pytest.mark.parametrize(
    ("events", "key", "says"),
    [
        ('["tap", "taps"]', "webhooks[0].events[1]", "found `taps`, expected `tap`, `exit`"),
        ("[]", "webhooks[0].events", "found an empty list, expected a list such as"),
        ('"tap"', "webhooks[0].events", "found text, expected a list such as"),
        ("[3]", "webhooks[0].events[0]", "found `3`"),
    ],
)
def test_an_event_is_a_kind_of_entry(tmp_path: Path, events: str, key: str, says: str) -> None:
    assert says in problems(tmp_path, f"{SAMPLE}{HOOK}events = {events}\n")[key]


def test_an_address_stands_in_one_table(tmp_path: Path) -> None:
    found = problems(tmp_path, SAMPLE + HOOK + HOOK)
    assert list(found) == ["webhooks[1].url"]
    assert found["webhooks[1].url"].startswith("found the address of webhooks[0]; write all")


def test_what_is_no_table_is_said(tmp_path: Path) -> None:
    text = SAMPLE.replace("[site]", 'webhooks = "https://s3cret"\n[site]', 1)
    assert (
        problems(tmp_path, text)["webhooks"] == "found text, expected tables written [[webhooks]]"
    )


def test_the_settings_do_not_show_an_address(tmp_path: Path) -> None:
    assert "s3cret" not in repr(loaded(tmp_path, HOOK))


def test_a_variable_may_bring_the_address(tmp_path: Path) -> None:
    path = tmp_path / "usciere.toml"
    path.write_text(SAMPLE + HOOK)
    [hook] = load(path, {"USCIERE_WEBHOOKS__0__URL": "https://other.example/x"}).webhooks
    assert hook.receiver.host == "other.example"
