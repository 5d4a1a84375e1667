"""Keys become a number: Enter ends it, slowness loses it, nothing but keys counts."""

from hypothesis import given, settings
from hypothesis import strategies as st

from devices.wedge.keys import ENTER, KEYS, Typed
from tests.examples import MANY

CODES = {sign: code for code, sign in KEYS.items()}
RETURN = 28
FAST = 0.004


def types(typed: Typed, text: str, *, begin: float = 0.0, every: float = FAST) -> list[str]:
    """Press and release the keys of a text; a new line is Enter."""
    found, at = [], begin
    for sign in text:
        code = RETURN if sign == "\n" else CODES[sign]
        for value in (1, 0):
            number = typed.key(code, value, at)
            found += [] if number is None else [number]
        at += every
    return found


def test_enter_ends_a_number() -> None:
    assert types(Typed(), "0009357203\n142,51091\n04A224B1C35880\n") == [
        "0009357203", "142,51091", "04A224B1C35880"
    ]  # fmt: skip


def test_the_keys_of_a_number_pad_are_digits_too() -> None:
    typed = Typed()
    pad = [82, 79, 80, 81, 75, 76, 77, 71, 72, 73]
    for code in pad:
        assert typed.key(code, 1, 0) is None
    assert typed.key(96, 1, 0) == "0123456789"


def test_what_a_person_types_is_nobodys_badge() -> None:
    assert types(Typed(), "123\n", every=0.3) == []


def test_what_was_left_half_typed_is_dropped() -> None:
    typed = Typed()
    assert types(typed, "999") == []
    assert types(typed, "123\n", begin=5) == ["123"]


def test_enter_alone_and_endless_typing_are_nothing() -> None:
    assert types(Typed(), "\n\n") == []
    assert types(Typed(), "1" * 5000 + "\n12\n") == ["12"]


def test_a_key_held_down_is_one_key() -> None:
    typed = Typed()
    assert [typed.key(CODES["7"], value, 0) for value in (1, 2, 2, 0)] == [None] * 4
    assert typed.key(RETURN, 1, 0) == "7"


def test_every_digit_and_letter_has_its_key() -> None:
    assert {sign for sign in KEYS.values() if sign.isalnum()} == set(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    )
    assert not ENTER & set(KEYS)


@settings(max_examples=MANY)
@given(st.lists(st.tuples(st.integers(), st.integers(), st.floats(allow_nan=False))))
def test_whatever_is_pressed_is_a_short_text_or_nothing(
    events: list[tuple[int, int, float]],
) -> None:
    typed = Typed()
    for code, value, at in events:
        text = typed.key(code, value, at)
        assert text is None or 0 < len(text) <= 64
