"""One post: what is taken for an answer, who is asked at all, and how long it may take."""

import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from daemon.config.webhooks import Webhook
from daemon.webhooks import posting
from daemon.webhooks.message import Message
from daemon.webhooks.posting import Failed, Outcome, Taken, post, ways_to
from tests.e2e.feeds import Say, leads_to
from tests.e2e.receivers import LIMITS, Ear, ear

MESSAGE = Message("msg_1", b"{}")


@pytest.fixture
def receiver() -> Iterator[Ear]:
    with ear() as running:
        yield running


def posted(url: str, seconds: float = 30.0, **more: Any) -> Outcome:  # fields of Ways
    table = {"url": url, "secret_file": "s"}
    webhook = Webhook.model_validate(table, context=Path())
    ways = ways_to(webhook, replace(LIMITS, seconds=seconds))
    return post(url, MESSAGE, {}, replace(ways, **more))


def endless(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    while True:
        request.wfile.write(b"x" * 100_000)


def drip(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for _ in range(500):
        request.wfile.write(b"X-Drop: 1\r\n")
        request.wfile.flush()
        time.sleep(0.02)


def ever_on(request: BaseHTTPRequestHandler) -> None:
    while True:
        request.wfile.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        time.sleep(0.02)


def silence(_: BaseHTTPRequestHandler) -> None:
    time.sleep(10)


def nonsense(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"220 ftp ready\r\n\r\n")


def hang_up(_: BaseHTTPRequestHandler) -> None:
    pass


@pytest.mark.parametrize(
    ("reply", "why"),
    [(drip, "0.3 seconds"), (ever_on, "0.3 seconds"), (silence, "0.3 seconds"),
     (nonsense, "not speak HTTP"), (hang_up, "broke off")],
)  # fmt: skip
def test_a_receiver_that_makes_no_answer_has_its_time_and_no_more(
    receiver: Ear, reply: Say, why: str
) -> None:
    receiver.reply = reply
    started = time.monotonic()
    outcome = posted(receiver.url, 0.3)
    assert isinstance(outcome, Failed)
    assert why in outcome.why
    assert "s3cret" not in outcome.why
    assert time.monotonic() - started < 5


def test_an_endless_answer_is_not_read(receiver: Ear) -> None:
    receiver.reply = endless
    assert posted(receiver.url) == Taken()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed_into_the_house_or_out_of_it(receiver: Ear, status: int) -> None:
    with ear() as inner:
        for where in (inner.url, "http://10.0.0.1/", receiver.url, "::"):
            receiver.reply = leads_to(where, status)
            outcome = posted(receiver.url)
            assert isinstance(outcome, Failed)
            assert outcome.why.endswith(f"answers with status {status}")
        assert inner.told == []
    assert len(receiver.told) == 4


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "192.168.1.1", "169.254.169.254", "[fe80::1]", "0x7f000001", "127.1"]
)
def test_no_address_of_the_house_is_asked(receiver: Ear, host: str) -> None:
    outcome = posted(f"https://{host}:{receiver.port}/")
    assert isinstance(outcome, Failed)
    assert outcome.why.endswith("is no public address; nobody is told at any other")


def test_a_name_that_leads_into_the_house_is_not_asked() -> None:
    outcome = posted("https://hooks.example/s3cret", resolve=lambda _host, _port: ["10.0.0.1"])
    assert outcome == Failed(
        "https://hooks.example/… is no public address; nobody is told at any other"
    )


def test_a_post_has_fifteen_seconds() -> None:
    assert posting.LIMITS.seconds == 15
