"""Who is told: what stands for their settings, and that neither shows an address."""

from pathlib import Path

import pytest

from daemon.config.webhooks import Webhook
from daemon.webhooks.receivers import Receiver, receiver_of

URL = "https://hooks.example/s3cret"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, letter in (("a", "A"), ("b", "B")):
        (tmp_path / name).touch(0o600)
        (tmp_path / name).write_text(f"whsec_{letter * 40}")
    return tmp_path


def receiver(folder: Path, url: str = URL, file: str = "a", *events: str) -> Receiver:
    table = {"url": url, "secret_file": file, "events": list(events or ("tap", "door"))}
    return receiver_of(Webhook.model_validate(table, context=folder))


def test_a_mark_changes_with_any_setting_and_with_nothing_else(folder: Path) -> None:
    first = receiver(folder)
    assert receiver(folder, URL, "a", "door", "tap", "door").mark == first.mark
    others = [
        receiver(folder, URL, "b"),
        receiver(folder, URL, "a", "tap"),
        receiver(folder, f"{URL}/2"),
    ]
    assert len({each.mark for each in (first, *others)}) == 4


def test_a_name_is_the_addresss_whatever_else_is_set(folder: Path) -> None:
    name = receiver(folder).name
    assert receiver(folder, URL, "b", "alarm").name == name
    assert receiver(folder, f"{URL}/2").name != name


def test_a_receiver_shows_neither_address_nor_secret(folder: Path) -> None:
    made = receiver(folder)
    assert made.shown == "https://hooks.example/…"
    assert "s3cret" not in repr(made)
