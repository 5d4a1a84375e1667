"""One parser for everything from outside: what it lets in, and that nothing else gets past it."""

import json
import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.strict_json import DEEPEST, LARGEST, Garbled, compact, parse_object, quoted

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
plain = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
)
values = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(texts, values, max_size=4)


def depth(value: object) -> int:
    match value:
        case dict():
            return 1 + max(map(depth, value.values()), default=0)
        case list():
            return 1 + max(map(depth, value), default=0)
    return 0


@given(value=objects, ascii_only=st.booleans())
def test_what_is_small_and_flat_is_read_as_it_is(
    value: dict[str, object], *, ascii_only: bool
) -> None:
    payload = json.dumps(value, ensure_ascii=ascii_only).encode()
    if depth(value) <= DEEPEST and len(payload) <= LARGEST:
        assert parse_object(payload) == value
    else:
        with pytest.raises(Garbled):
            parse_object(payload)


@given(payload=st.binary(max_size=200))
def test_no_bytes_do_worse_than_being_refused(payload: bytes) -> None:
    with suppress(Garbled):
        assert isinstance(parse_object(payload), dict)


@given(text=st.text(alphabet='{}[]":,\\ue0123456789dD-+.nulltrfaseNIiy ', max_size=60))
def test_no_text_that_looks_like_json_does_worse_than_being_refused(text: str) -> None:
    try:
        read = parse_object(text.encode())
    except Garbled:
        return
    assert depth(read) <= DEEPEST
    compact(read)  # can be written again, so it is sound all through


@pytest.mark.parametrize(
    ("payload", "word"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"null", "null"),
        (b"[]", "list"),
        (b'"a"', "text"),
        (b"1", "number"),
        (b"true", "truth value"),
        (b'{"a":1,"a":1}', "twice"),
        (b'{"a":{"b":1,"b":2}}', "twice"),
        (b'{"a":1,"\\u0061":2}', "twice"),
        (b'{"a":NaN}', "NaN"),
        (b'{"a":-Infinity}', "Infinity"),
        (b'{"a":1e999}', "too large"),
        (b'{"a":-1e999}', "too large"),
        (b'{"a":"\\ud800"}', "surrogate"),
        (b'{"\\udc00":1}', "surrogate"),
        (b'{"a":["\\ud83d"]}', "surrogate"),
        (b'{"a":"\xed\xa0\x80"}', "UTF-8"),
        (b'{"a":"\xff"}', "UTF-8"),
        (b'\xef\xbb\xbf{"a":1}', "not JSON"),
        ('{"a":1}'.encode("utf-16"), "UTF-8"),
        ('{"a":1}'.encode("utf-16-le"), "not JSON"),
        (b'{"a":01}', "not JSON"),
        (b'{"a":1}\x00', "not JSON"),
        (b'{"a":"\x00"}', "not JSON"),
        (b'{"a":1} {}', "not JSON"),
        (b'{"a":' + b"9" * 5000 + b"}", "at most 4096"),
        (b'{"a":' + b"[" * 2000 + b"]" * 2000 + b"}", "8 deep"),
        (b'{"a":' + b"{" * 2000, "8 deep"),
        (b'{"a":' * 9 + b"1" + b"}" * 9, "8 deep"),
    ],
)
def test_what_two_parsers_might_read_differently_is_refused(payload: bytes, word: str) -> None:
    with pytest.raises(Garbled, match=word):
        parse_object(payload)


def test_a_number_of_many_digits_is_refused_or_read_but_never_a_fault() -> None:
    with pytest.raises(Garbled):
        parse_object(b'{"a":' + b"9" * 5000 + b"}", 10_000)


def test_brackets_within_texts_are_no_depth() -> None:
    text = "[{" * 50 + '\\"' + "}" * 3
    assert parse_object(json.dumps({"a": text}).encode()) == {"a": text}


def test_whole_characters_beyond_the_first_plane_are_fine() -> None:
    assert parse_object(b'{"a":"\\ud83d\\ude00"}') == {"a": "\U0001f600"}


@given(value=objects)
def test_what_is_written_is_read_again(value: dict[str, object]) -> None:
    assert json.loads(compact(value)) == value
    assert all(math.isfinite(each) for each in value.values() if isinstance(each, float))


@given(text=texts)
def test_a_quoted_text_is_that_text(text: str) -> None:
    assert json.loads(quoted(text)) == text
