"""Feeds fetched from a real server on loopback: what comes, what does not, where we never go."""

import gzip
import logging
import socket
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler

import pytest

from daemon.calendars.asking import Limits
from daemon.calendars.fetching import Fetched, NotModified, Validators, fetch
from daemon.calendars.troubles import NotServed, Refused, TooLarge, Unreachable
from tests.e2e.feeds import (
    BODY,
    HERE,
    OPEN,
    FeedServer,
    body_of,
    feed_server,
    leads_to,
    says,
    trouble_of,
)


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with feed_server() as running:
        running.pages["/feed.ics"] = says(BODY, ETag='"v1"', Last_Modified="Mon, 01 Jun 2026")
        yield running


def test_a_feed_comes_with_what_the_server_calls_it(server: FeedServer) -> None:
    assert fetch(server.url(), HERE) == Fetched(BODY, Validators('"v1"', "Mon, 01 Jun 2026"))


def test_a_feed_that_has_not_changed_is_not_sent_again(server: FeedServer) -> None:
    server.pages["/feed.ics"] = says(b"", 304)
    assert fetch(server.url(), HERE, Validators('"v1"', "Mon, 01 Jun 2026")) == NotModified()
    (_, _, headers) = server.asked[-1]
    assert headers["If-None-Match"] == '"v1"'
    assert headers["If-Modified-Since"] == "Mon, 01 Jun 2026"
    assert "304" in trouble_of(server.url(), NotServed)


@pytest.mark.parametrize(
    ("status", "hint"),
    [(401, "user:password@"), (403, "secret"), (404, "address"), (500, "500"), (204, "204")],
)
def test_a_server_that_says_no_is_told_with_what_to_do(
    server: FeedServer, status: int, hint: str
) -> None:
    server.pages["/feed.ics"] = says(b"", status)
    assert hint in trouble_of(server.url(), NotServed)


def test_a_web_page_is_fetched_and_left_to_the_reading(server: FeedServer) -> None:
    server.pages["/feed.ics"] = says(b"<html>log in</html>")
    assert body_of(server.url()) == b"<html>log in</html>"


def test_redirects_are_followed_up_to_a_bound(server: FeedServer) -> None:
    server.pages["/a"] = leads_to("b?x=1", 301)
    server.pages["/b?x=1"] = leads_to(server.url(), 307)
    assert body_of(server.url("/a")) == BODY
    server.pages["/round"] = leads_to("/round")
    assert "more than 5 times" in trouble_of(server.url("/round"), Refused)
    assert len([path for _, path, _ in server.asked if path == "/round"]) == 6


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0.0.0.0"),  # noqa: S104 - nobody listens
        *("[::1]", "[::ffff:127.0.0.1]", "[::]", "10.0.0.1", "192.168.1.1", "172.16.0.1"),
        *("169.254.169.254", "100.64.0.1", "224.0.0.1", "[fe80::1]", "[fc00::1]"),
        *("[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::127.0.0.1]", "240.0.0.1", "[ff02::1]"),
    ],
)
def test_nobody_is_asked_who_is_not_public(server: FeedServer, host: str) -> None:
    started = time.monotonic()
    sentence = trouble_of(f"http://{host}:{server.port}/feed.ics", Refused, OPEN)
    assert "allow_hosts" in sentence
    assert server.asked == []
    assert time.monotonic() - started < 2


def test_a_name_is_judged_by_all_it_stands_for_and_only_public_ones_are_asked() -> None:
    tried = replace(OPEN, limits=Limits(seconds=1.0), resolve=lambda _h, _p: ["10.0.0.1", "::1"])
    assert "public" in trouble_of("http://feeds.example/x", Refused, tried)
    mixed = replace(tried, resolve=lambda _h, _p: ["127.0.0.1", "203.0.114.1"])
    with feed_server() as local:
        trouble_of(local.url(host="feeds.example"), Unreachable, mixed)
        assert local.asked == []


def test_a_redirect_into_the_house_is_refused(server: FeedServer) -> None:
    with feed_server() as inner:
        server.pages["/out"] = leads_to(inner.url())
        only = replace(OPEN, allow_hosts=(f"127.0.0.1:{server.port}",))
        assert f":{inner.port}" in trouble_of(server.url("/out"), Refused, only)
        assert inner.asked == []


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://x/", "http://", "http://[::1", "//"],
)
def test_a_redirect_to_anything_but_http_is_refused(server: FeedServer, location: str) -> None:
    server.pages["/out"] = leads_to(location)
    trouble_of(server.url("/out"), Refused)


def test_only_http_and_https_addresses_are_fetched() -> None:
    for url in ("file:///etc/passwd", "feed.ics", "", "http://", "webcal://x/y", "http://a b/"):
        trouble_of(url, Refused)


def test_a_name_that_changes_its_mind_is_asked_only_once(server: FeedServer) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    asked: list[str] = []

    def fickle(host: str, _port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    ways = replace(HERE, allow_hosts=("feeds.example",), resolve=fickle)
    assert body_of(server.url(host="feeds.example"), ways) == BODY
    assert asked == ["feeds.example"]
    assert server.asked[0][2]["Host"] == f"feeds.example:{server.port}"


def test_a_name_nobody_knows_is_told_so() -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    assert "nobody knows" in trouble_of(
        "http://x.example/", Unreachable, replace(OPEN, resolve=unknown)
    )


def test_a_closed_port_is_told_as_no_answer() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert "does not answer" in trouble_of(f"http://127.0.0.1:{port}/", Unreachable)


def test_too_large_a_body_is_not_read_to_its_end(server: FeedServer) -> None:
    sent = 0

    def endless(request: BaseHTTPRequestHandler) -> None:
        nonlocal sent
        request.send_response(200)
        request.end_headers()
        while sent < 1_000_000_000:
            sent += request.wfile.write(b"x" * 100_000)

    server.pages["/feed.ics"] = endless
    assert "larger" in trouble_of(server.url(), TooLarge)
    assert sent < 50_000_000


def test_a_packed_body_is_unpacked_and_a_bomb_is_not(server: FeedServer) -> None:
    server.pages["/feed.ics"] = says(gzip.compress(BODY), Content_Encoding="gzip")
    assert body_of(server.url()) == BODY
    bomb = gzip.compress(b"\0" * 200_000_000)
    server.pages["/feed.ics"] = says(bomb, Content_Encoding="gzip")
    ways = replace(HERE, limits=Limits(size=1_000_000))
    assert len(bomb) < 1_000_000
    tracemalloc.start()
    trouble_of(server.url(), TooLarge, ways)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


@pytest.mark.parametrize(
    ("body", "packing"),
    [(gzip.compress(BODY, mtime=0)[:-9], "gzip"), (b"plain", "gzip"), (BODY, "br"), (b"", "gzip")],
)
def test_a_body_packed_wrongly_is_no_body(server: FeedServer, body: bytes, packing: str) -> None:
    server.pages["/feed.ics"] = says(body, Content_Encoding=packing)
    trouble_of(server.url(), Unreachable)


def drip(request: BaseHTTPRequestHandler) -> None:
    for _ in range(200):
        request.wfile.write(b"X-Drop: 1\r\n")
        request.wfile.flush()
        time.sleep(0.05)


def slow_body(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    drip(request)


def slow_headers(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\n")
    drip(request)


def silence(_request: BaseHTTPRequestHandler) -> None:
    time.sleep(2)


@pytest.mark.parametrize("slow", [slow_body, slow_headers, silence])
def test_a_slow_server_is_left_after_the_time_for_all_of_it(
    server: FeedServer, slow: object
) -> None:
    server.pages["/feed.ics"] = slow  # type: ignore[assignment] # each is one
    started = time.monotonic()
    ways = replace(HERE, limits=Limits(seconds=0.5))
    assert "0.5 seconds" in trouble_of(server.url(), Unreachable, ways)
    assert 0.4 < time.monotonic() - started < 1.5


def test_the_time_is_one_for_all_redirects(server: FeedServer) -> None:
    def slowly_on(request: BaseHTTPRequestHandler) -> None:
        time.sleep(0.3)
        leads_to("/on")(request)

    server.pages["/on"] = slowly_on
    ways = replace(HERE, limits=Limits(seconds=0.5))
    trouble_of(server.url("/on"), Unreachable, ways)


def test_a_body_that_breaks_off_is_no_body(server: FeedServer) -> None:
    def torn(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        request.wfile.write(BODY)

    server.pages["/feed.ics"] = torn
    assert "broke off" in trouble_of(server.url(), Unreachable)


def test_nonsense_in_place_of_http_is_told_so(server: FeedServer) -> None:
    def greet(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"220 ftp ready\r\n\r\n")

    server.pages["/feed.ics"] = greet
    assert "does not speak HTTP" in trouble_of(server.url(), Unreachable)


def test_a_password_goes_to_its_server_and_nowhere_else(
    server: FeedServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with feed_server() as other:
        other.pages["/feed.ics"] = says(BODY)
        server.pages["/on?key=s%40cret"] = leads_to("/out")
        server.pages["/out"] = leads_to(other.url())
        secret = f"http://anna:s%40cret@127.0.0.1:{server.port}/on?key=s%40cret"
        assert body_of(secret) == BODY
        first, second = server.asked[0][2], server.asked[1][2]
        assert first["Authorization"] == second["Authorization"] == "Basic YW5uYTpzQGNyZXQ="
        assert "Authorization" not in other.asked[0][2]
    server.pages["/on?key=s%40cret"] = says(b"", 404)
    sentence = trouble_of(secret, NotServed)
    for told in (sentence, caplog.text, repr(HERE)):
        assert "cret" not in told
        assert "YW5uYTpz" not in told
