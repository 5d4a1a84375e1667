"""Feeds over TLS: whose certificate counts, and that what began secure stays secure."""

import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from daemon.calendars.asking import Ways
from daemon.calendars.troubles import Refused, Unreachable
from tests.e2e.feeds import BODY, HERE, FeedServer, body_of, feed_server, leads_to, says, trouble_of


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a certificate for feeds.example, signed by itself."""
    folder = tmp_path_factory.mktemp("papers")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")),
            *("-subj", "/CN=feeds.example", "-addext", "subjectAltName=DNS:feeds.example"),
        ],
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture
def secure(papers: Path) -> Iterator[tuple[FeedServer, Ways]]:
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trust.load_cert_chain(papers / "cert.pem", papers / "key.pem")
    ours = ssl.create_default_context(cafile=str(papers / "cert.pem"))
    ways = replace(
        HERE,
        allow_hosts=("feeds.example", "other.example", "127.0.0.1"),
        resolve=lambda _host, _port: ["127.0.0.1"],
        trust=ours,
    )
    with feed_server(trust) as running:
        running.pages["/feed.ics"] = says(BODY)
        yield running, ways


def test_the_certificate_is_the_names_and_not_the_addresss(
    secure: tuple[FeedServer, Ways],
) -> None:
    server, ways = secure
    assert body_of(server.url(host="feeds.example", scheme="https"), ways) == BODY
    other = server.url(host="other.example", scheme="https")
    assert "certificate" in trouble_of(other, Unreachable, ways)
    assert "certificate" in trouble_of(
        server.url(host="feeds.example", scheme="https"), Unreachable, replace(ways, trust=None)
    )
    assert len(server.asked) == 1


def test_what_began_secure_stays_secure(secure: tuple[FeedServer, Ways]) -> None:
    safe, ways = secure
    with feed_server() as plain:
        safe.pages["/down"] = leads_to(plain.url())
        down = safe.url("/down", host="feeds.example", scheme="https")
        assert "https to http" in trouble_of(down, Refused, ways)
        assert plain.asked == []
