"""A CalDAV collection, read with one REPORT (RFC 4791, 7.8); docs/decisions/0007 says why.

It goes over the same guarded wire as any feed, so the same addresses, sizes and times hold.
"""

import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from zoneinfo import ZoneInfo

from daemon.calendars.asking import Answer, Question, Ways, ask
from daemon.calendars.fetching import served
from daemon.calendars.reading import read_all
from daemon.calendars.troubles import NotServed
from daemon.calendars.words import Reading, Span

_DAV = "{DAV:}"
_CALDAV = "{urn:ietf:params:xml:ns:caldav}"
_QUERY = """<?xml version="1.0" encoding="utf-8"?>
<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
  <D:prop><C:calendar-data/></D:prop>
  <C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">
    <C:time-range start="{start}" end="{end}"/>
  </C:comp-filter></C:comp-filter></C:filter>
</C:calendar-query>"""


def read_collection(url: str, ways: Ways, zone: ZoneInfo, window: Span) -> Reading:
    """Return what all objects of a collection say about the window.

    Raises one of `troubles`, or Unreadable if there are objects and none is a calendar.
    """
    return read_all(objects(url, ways, window), zone, window)


def objects(url: str, ways: Ways, window: Span) -> dict[str, bytes]:
    """Return the collection's objects that touch the window, by the last part of their name."""
    query = _QUERY.format(start=_stamp(window.start), end=_stamp(window.end))
    headers = {"Depth": "1", "Content-Type": "application/xml; charset=utf-8"}
    question = Question("REPORT", headers, query.encode())
    # XML around the calendars takes some room of its own.
    limits = replace(ways.limits, size=2 * ways.limits.size)
    answer = ask(url, question, replace(ways, limits=limits))
    served(answer, HTTPStatus.MULTI_STATUS)
    return _objects(answer)


def _objects(answer: Answer) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    try:
        # expat resolves no external entity and (2.4.1 or later) bounds what inner ones unfold to.
        tree = ET.fromstring(answer.body)  # noqa: S314
    except ET.ParseError:
        raise _no_collection(answer) from None
    if tree.tag != f"{_DAV}multistatus":
        raise _no_collection(answer)
    for response in tree.iter(f"{_DAV}response"):
        data = response.find(f"{_DAV}propstat/{_DAV}prop/{_CALDAV}calendar-data")
        if data is not None and data.text:
            name = (response.findtext(f"{_DAV}href") or "").rstrip("/").rpartition("/")[2]
            found[name or f"object {len(found) + 1}"] = data.text.encode()
    return found


def _no_collection(answer: Answer) -> NotServed:
    return NotServed(
        f"{answer.address.shown} does not answer like a CalDAV collection; "
        "write the address of one calendar, not of the server"
    )


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
