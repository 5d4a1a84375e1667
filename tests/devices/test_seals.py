import hashlib
import hmac
from pathlib import Path

import pytest

from devices import seals
from devices.contract import Unreachable

KEY = bytes(range(32))
TOPIC = "usciere/cooffice/door/ingresso/tap"
TAP: dict[str, object] = {"uid": "04A224B1C35880", "id": "t1", "at": "2026-11-25T10:00:00Z"}


def by_hand(*lines: str) -> str:
    return hmac.new(KEY, "\n".join(lines).encode(), hashlib.sha256).hexdigest()


def test_a_seal_is_what_the_manual_says() -> None:
    made = by_hand(TOPIC, "t1", "04A224B1C35880", "2026-11-25T10:00:00Z", "", "")
    assert seals.seal(KEY, TOPIC, "tap", TAP) == made
    assert seals.is_sealed(KEY, TOPIC, "tap", TAP | {"hmac": made.upper()})


@pytest.mark.parametrize(
    ("field", "value"),
    [("uid", "04A224B1C35881"), ("id", "t2"), ("at", "2026-11-25T10:00:01Z"), ("reader", "x"),
     ("pin", "1234")],
)  # fmt: skip
def test_whatever_is_altered_breaks_it(field: str, value: str) -> None:
    sealed = TAP | {"hmac": seals.seal(KEY, TOPIC, "tap", TAP)}
    assert not seals.is_sealed(KEY, TOPIC, "tap", sealed | {field: value})


@pytest.mark.parametrize("given", [None, "", 5, "00" * 32, "ò" * 64, ["x"]])
def test_what_is_no_seal_is_none(given: object) -> None:
    assert not seals.is_sealed(KEY, TOPIC, "tap", TAP | {"hmac": given})


def test_a_seal_is_for_one_door_one_word_and_one_key() -> None:
    sealed = TAP | {"hmac": seals.seal(KEY, TOPIC, "tap", TAP)}
    assert not seals.is_sealed(KEY, TOPIC.replace("ingresso", "sala"), "tap", sealed)
    assert not seals.is_sealed(KEY, TOPIC, "exit", sealed)
    assert not seals.is_sealed(KEY[::-1], TOPIC, "tap", sealed)


def test_a_key_is_made_once_and_for_nobody_else(tmp_path: Path) -> None:
    path = tmp_path / "door.key"
    made = seals.new_key(path)
    assert seals.key_in(path) == made
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        seals.new_key(path)


@pytest.mark.parametrize(
    ("text", "mode", "says"),
    [("xy", 0o600, "64 hex digits"), ("ab" * 16, 0o600, "64 hex digits"),
     ("ab" * 32, 0o644, "chmod 600"), (None, 0, "usciere door-key")],
)  # fmt: skip
def test_what_is_no_key_is_told(tmp_path: Path, text: str | None, mode: int, says: str) -> None:
    path = tmp_path / "door.key"
    if text is not None:
        path.touch(mode)
        path.chmod(mode)
        path.write_text(text)
    with pytest.raises(Unreachable, match=says):
        seals.key_in(path)
