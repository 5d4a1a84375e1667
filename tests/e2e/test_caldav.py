"""CalDAV collections, read from a real Radicale and from servers that only pretend."""

import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from daemon.calendars.asking import Limits, Ways
from daemon.calendars.caldav import read_collection
from daemon.calendars.troubles import NotServed, Refused
from daemon.calendars.words import Unreadable
from tests.daemon.calendars.paper import ROME, YEAR_2026, calendar, told
from tests.e2e.brokers import free_port
from tests.e2e.feeds import feed_server, leads_to, says

HERE = Ways(allow_hosts=("127.0.0.1",), limits=Limits(size=1_000_000, seconds=10.0))
_LOGIN = b64encode(b"anna:secret").decode()
_MAKE = b"""<?xml version="1.0"?><C:mkcalendar xmlns:D="DAV:"
 xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop><D:displayname>Room</D:displayname>
 </D:prop></D:set></C:mkcalendar>"""


@dataclass
class Collection:
    """One calendar at a server."""

    port: int

    def url(self, login: str = "anna:secret@") -> str:
        return f"http://{login}127.0.0.1:{self.port}/anna/room/"

    def send(self, method: str, name: str = "", body: bytes = b"", kind: str = "text/xml") -> None:
        headers = {"Authorization": f"Basic {_LOGIN}", "Content-Type": kind}
        with urlopen(Request(self.url("") + name, body, headers, method=method), timeout=5):  # noqa: S310 - our own
            pass

    def put(self, name: str, body: bytes) -> None:
        self.send("PUT", name, body, "text/calendar")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Collection]:
    collection = Collection(free_port())
    (tmp_path / "users").write_text("anna:secret\n")
    options = {
        "server-hosts": f"127.0.0.1:{collection.port}",
        "storage-filesystem-folder": str(tmp_path / "store"),
        "auth-type": "htpasswd",
        "auth-htpasswd-filename": str(tmp_path / "users"),
        "auth-htpasswd-encryption": "plain",
    }
    arguments = [f"--{name}={value}" for name, value in options.items()]
    radicale = [sys.executable, "-m", "radicale", "--config", "", *arguments]
    with (tmp_path / "log").open("wb") as log, subprocess.Popen(radicale, stderr=log) as server:
        _wait(lambda: collection.send("MKCALENDAR", body=_MAKE))
        yield collection
        server.terminate()


def _wait(act: object) -> None:
    for _ in range(200):
        try:
            act()  # type: ignore[operator] # the one above
        except URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                raise
            time.sleep(0.05)
        else:
            return
    pytest.fail("Radicale does not start")


def test_a_collection_is_read_like_one_calendar(room: Collection) -> None:
    series = (
        "UID:s\nDTSTART;TZID=Europe/Rome:20260326T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3"
    )
    moved = "UID:s\nRECURRENCE-ID:20260402T070000Z\nDTSTART:20260403T090000Z\nDURATION:PT2H"
    room.put("s.ics", calendar(series, moved))
    room.put(
        "one.ics", calendar("UID:one\nDTSTART:20260601T080000Z\nDURATION:PT1H\nSUMMARY:Perché")
    )
    room.put("old.ics", calendar("UID:old\nDTSTART:20200601T080000Z\nDURATION:PT1H"))
    room.put("off.ics", calendar("UID:off\nDTSTART:20260601T080000Z\nSTATUS:CANCELLED"))
    found = read_collection(room.url(), HERE, ROME, YEAR_2026)
    assert told(found) == [
        "03-26T08:00/09:00",
        "04-03T09:00/11:00",
        "04-09T07:00/08:00",
        "06-01T08:00/09:00",
    ]
    assert (found.slots[-1].title, found.problems) == ("Perché", ())


def test_an_empty_collection_is_an_empty_calendar(room: Collection) -> None:
    assert read_collection(room.url(), HERE, ROME, YEAR_2026).slots == ()


def test_a_wrong_password_or_path_is_told_and_no_empty_calendar(room: Collection) -> None:
    missing = room.url().replace("room", "no-room")
    cases = {room.url("anna:wrong@"): "password", room.url(""): "password", missing: "no calendar"}
    for url, sentence in cases.items():
        with pytest.raises(NotServed, match=sentence) as trouble:
            read_collection(url, HERE, ROME, YEAR_2026)
        assert "wrong" not in str(trouble.value)
        assert "secret@" not in str(trouble.value)


def test_a_collection_in_the_house_is_asked_only_if_named(room: Collection) -> None:
    with pytest.raises(Refused, match="allow_hosts"):
        read_collection(room.url(), Ways(), ROME, YEAR_2026)


def _multistatus(*objects: bytes) -> bytes:
    return (
        b'<d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">'
        + b"".join(
            b"<d:response><d:href>/x/%d.ics</d:href><d:propstat><d:prop><c:calendar-data>"
            b"<![CDATA[%s]]></c:calendar-data></d:prop></d:propstat></d:response>" % (index, each)
            for index, each in enumerate(objects)
        )
        + b"</d:multistatus>"
    )


def test_one_broken_object_costs_itself_and_only_broken_ones_refuse_the_collection() -> None:
    good = calendar("UID:good\nDTSTART:20260601T080000Z\nDURATION:PT1H")
    with feed_server() as server:
        server.pages["/feed.ics"] = says(_multistatus(b"<html>", good), 207)
        found = read_collection(server.url(), HERE, ROME, YEAR_2026)
        assert told(found) == ["06-01T08:00/09:00"]
        assert [each.problem.startswith("0.ics") for each in found.problems] == [True]
        server.pages["/feed.ics"] = says(_multistatus(b"<html>"), 207)
        with pytest.raises(Unreadable):
            read_collection(server.url(), HERE, ROME, YEAR_2026)


def test_a_redirect_keeps_the_question(room: Collection) -> None:
    room.put("one.ics", calendar("UID:one\nDTSTART:20260601T080000Z\nDURATION:PT1H"))
    with feed_server() as server:
        server.pages["/dav"] = leads_to("/feed.ics", 301)
        server.pages["/feed.ics"] = says(_multistatus(), 207)
        read_collection(server.url("/dav"), HERE, ROME, YEAR_2026)
        assert [method for method, _, _ in server.asked] == ["REPORT", "REPORT"]


_LAUGHS = b"".join(
    b'<!ENTITY a%d "%s">' % (index, b"&a%d;" % (index - 1) * 10) for index in range(1, 12)
)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"<html xmlns='DAV:'></html>",
        b"not xml",
        b"<!DOCTYPE m [<!ENTITY a0 'haha'>%s]><m>&a11;</m>" % _LAUGHS,
        b"<!DOCTYPE m [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><m>&x;</m>",
    ],
)
def test_what_is_no_collection_is_told_so(body: bytes) -> None:
    with feed_server() as server:
        server.pages["/feed.ics"] = says(body, 207)
        with pytest.raises(NotServed, match="CalDAV"):
            read_collection(server.url(), HERE, ROME, YEAR_2026)
