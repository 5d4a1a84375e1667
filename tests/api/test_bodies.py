"""Hostile and clumsy requests: a sentence and a stable word for each, never a 500."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.house import API, House, slug

_JSON = {"Content-Type": "application/json"}


def _send(house: House, content: bytes, kind: str = "application/json") -> tuple[int, str]:
    headers = {"Content-Type": kind, "Authorization": f"Bearer {house.tokens['staff']}"}
    answer = house.client.post(f"{API}/members", content=content, headers=headers)
    return answer.status_code, slug(answer)


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe{\x00}\x00",
        b'{"name": NaN}',
        b'{"name": Infinity}',
        b'{"name": 1e999}',
        b'{"name": "A", "name": "B"}',
        b'{"name": "\\ud800"}',
        b'{"\\udfff": 1}',
        b"[" * 60_000,
        b'{"a":' * 9_000 + b"1" + b"}" * 9_000,
        b'{"name": ' + b"9" * 5000 + b"}",
        b'{"name": "A"} trailing',
        b"\x00",
    ],
)
def test_a_body_that_is_no_sound_object_is_malformed(house: House, content: bytes) -> None:
    assert _send(house, content) == (400, "malformed")


def test_a_large_body_is_refused_before_it_is_read(house: House) -> None:
    large = json.dumps({"name": "x" * 65_536}).encode()
    assert _send(house, large) == (413, "too-large")

    def pieces() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 1000

    headers = _JSON | {"Authorization": f"Bearer {house.tokens['staff']}"}
    answer = house.client.post(f"{API}/members", content=pieces(), headers=headers)
    assert (answer.status_code, slug(answer)) == (413, "too-large")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "a/b;c"])
def test_another_content_type_is_not_guessed(house: House, kind: str) -> None:
    assert _send(house, b'{"name": "A"}', kind) == (415, "unsupported-media-type")


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_is_json_however_it_is_written(house: House, kind: str) -> None:
    headers = {"Content-Type": kind, "Authorization": f"Bearer {house.tokens['staff']}"}
    answer = house.client.post(f"{API}/members", content=b'{"name": "A"}', headers=headers)
    assert answer.status_code == 201


def test_a_change_may_come_as_a_merge_patch(house: House) -> None:
    anna = house.member()
    headers = {"Content-Type": "application/merge-patch+json"}
    body = b'{"name": "B"}'
    answer = house.ask("PATCH", f"members/{anna}", content=body, headers=headers)
    assert answer.json()["name"] == "B"


def test_a_missing_body_is_a_field_that_is_missing(house: House) -> None:
    answer = house.ask("POST", "members")
    assert (answer.status_code, slug(answer)) == (422, "invalid")


@pytest.mark.parametrize(
    ("method", "path", "status", "word"),
    [
        ("GET", "/nowhere", 404, "not-found"),
        ("GET", "/api/v1/nowhere", 404, "not-found"),
        ("GET", "/api/v1/members/", 404, "not-found"),
        ("GET", "/docs", 404, "not-found"),
        ("GET", "/openapi.json", 404, "not-found"),
        ("PUT", "/api/v1/members", 405, "method-not-allowed"),
        ("DELETE", "/healthz", 405, "method-not-allowed"),
        ("GET", "/static/../app.py", 404, "not-found"),
        ("GET", "/static/%2e%2e%2fapp.py", 404, "not-found"),
        ("GET", "/static/board.py", 404, "no-such-file"),
    ],
)
def test_what_is_not_there_says_so(
    house: House, method: str, path: str, status: int, word: str
) -> None:
    answer = house.ask(method, path)
    assert (answer.status_code, slug(answer)) == (status, word)


def test_a_method_that_is_not_taken_names_those_that_are(house: House) -> None:
    assert "GET" in house.ask("PUT", "members").headers["allow"]


def test_what_was_sent_never_comes_back_in_an_error(house: House) -> None:
    answer = house.ask("POST", "members", {"name": "A", "valid_from": "secret-1234"})
    assert "secret-1234" not in answer.text


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
_WORDS = (
    "name email plan role valid_from valid_until status uid hours id rooms reason mode until at "
    "door member active began ended room start title guests rrule"
)
_FIELDS = st.sampled_from(sorted(_WORDS.split()))
_PATHS = ["members", "plans", "explain", "doors/ingresso/hold", "site/lockdown", "members/x/badges"]
_PATHS += ["bookings", "feed-keys"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(_PATHS), body=st.dictionaries(_FIELDS, _VALUES, max_size=5))
def test_no_body_makes_the_server_fail(house: House, path: str, body: dict[str, object]) -> None:
    content = json.dumps(body).encode()
    answer = house.ask("POST", path, content=content, headers=_JSON)
    assert answer.status_code < 500, answer.text
