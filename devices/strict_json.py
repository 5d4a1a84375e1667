"""The one parser for JSON from outside: small, flat, finite, unambiguous, or refused.

RFC 8259 leaves doubled keys, huge numbers and lone surrogates to the parser; two programs that
answer differently are an attack, so all of these are refused here. Deep nesting is measured before
parsing, because the standard library answers it with RecursionError.
"""

import json
import math
import re
from collections.abc import Mapping
from typing import NoReturn

from pydantic_core import to_json

LARGEST = 4096
DEEPEST = 8
_TEXTS = re.compile(rb'"(?:[^"\\]|\\.)*"?', re.DOTALL)


class Garbled(ValueError):
    """The bytes are not the JSON object we asked for; the sentence says what is wrong."""


def parse_object(payload: bytes, largest: int = LARGEST) -> Mapping[str, object]:
    """Return the object in `payload`: UTF-8, not too large, 8 deep, finite, no doubled keys."""
    if len(payload) > largest:
        raise Garbled(f"the message has {len(payload)} bytes; at most {largest} are read")
    _refuse_depth(payload)
    try:
        text = payload.decode("utf-8")
        value = _DECODER.decode(text)
    except Garbled:
        raise
    except UnicodeDecodeError:
        raise Garbled("the message is not UTF-8") from None
    except (ValueError, RecursionError):
        raise Garbled("the message is not JSON") from None
    if type(value) is not dict:
        raise Garbled(f"the message is a JSON {_kind(value)}, an object was expected")
    if "\\u" in text:
        _refuse_surrogates(value)
    return value


def _refuse_depth(payload: bytes) -> None:
    if payload.count(b"{") + payload.count(b"[") <= DEEPEST:
        return
    depth = 0
    for bracket in re.finditer(rb"[\[{\]}]", _TEXTS.sub(b"", payload)):
        depth += 1 if bracket[0] in b"[{" else -1
        if depth > DEEPEST:
            raise Garbled(f"the message is nested more than {DEEPEST} deep")


def _refuse_surrogates(value: object) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise Garbled("a text in the message has half a character (a lone surrogate)") from None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Garbled("a key stands twice in the message")
    return found


def _constant(name: str) -> NoReturn:
    raise Garbled(f"{name} is no number in JSON")


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise Garbled("a number in the message is too large")
    return value


def _kind(value: object) -> str:
    return {list: "list", str: "text", type(None): "null", bool: "truth value"}.get(
        type(value), "number"
    )


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_constant=_constant, parse_float=_number
)


def compact(value: object) -> str:
    """Return a value as JSON without blanks, always the same text for the same value."""
    return to_json(value).decode()


def quoted(text: str) -> str:
    """Return a text as JSON, quotes included."""
    return to_json(text).decode()
