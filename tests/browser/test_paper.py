"""The evacuation list while nothing can be written and nobody is reached: shown, and printed."""

import http.client
import io
import json
import resource
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from devices.clock import now
from tests.e2e.brokers import HOST, wait_for_port
from tests.faults.house import House, furnished
from tests.faults.street import Street

pytestmark = [pytest.mark.mosquitto, pytest.mark.slow]
_READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
LIST = "/staff/evacuation"
INSIDE = ("M 0", "M 1", "Gil Ospite", "Ada Corsista")
MAYBE = ("Eva Ospite", "Ugo Corsista", "Vito Visita")
LENT = ("04B0B0B0000001", "04B0B0B0000002")
ON_PAPER = "Adesso niente si può registrare"


@dataclass
class Site:
    """A house in which members and others are, and others may be. In the end its API alone runs."""

    house: House

    def ask(self, method: str, path: str, said: object = None) -> tuple[int, str]:
        """Ask with the token of staff; return the status and what came."""
        line = http.client.HTTPConnection(HOST, self.house.api_port, timeout=20)
        body = None if said is None else json.dumps(said)
        head = {"Authorization": f"Bearer {self.house.token}", "Content-Type": "application/json"}
        line.request(method, path, body, head | {"Accept-Language": "it"})
        with line.getresponse() as answer:
            text = answer.read().decode()
        line.close()
        return answer.status, text

    def post(self, path: str, said: object) -> dict[str, object]:
        status, text = self.ask("POST", f"/api/v1/{path}", said)
        assert status < 300, text
        found: dict[str, object] = json.loads(text)
        return found

    def fill(self) -> None:
        """Let members check in and lent cards tap; let others be expected just now."""
        span = {"start": _at(-10), "end": _at(50)}
        for card in self.house.cards[:2]:
            self.post(f"presence/{card.member}/check-in", {})
        guests = [{"name": "Gil Ospite", "badge": LENT[0]}, {"name": "Eva Ospite"}]
        host = self.house.cards[2].member
        self.post("bookings", {"room": "sala", "member": host, "guests": guests, **span})
        course = self.post("gatherings", {"title": "Corso", "room": "lab", **span})
        for each in ({"name": "Ada Corsista", "badge": LENT[1]}, {"name": "Ugo Corsista"}):
            self.post(f"gatherings/{course['id']}/attendees", each)
        times = {"from": span["start"], "until": span["end"]}
        self.post("visitors", {"name": "Vito Visita", "host": host, "doors": ["front"], **times})
        self.house.daemon.start()
        with Street(self.house) as street:
            for uid in LENT:
                assert street.ask(uid, patience=20.0)["granted"]
        self.house.daemon.stop()

    def restart_sealed(self) -> None:
        """Start the API where nothing can be written."""
        self.house.api.stop()
        folder = str(self.house.settings.folder)
        trial = ["unshare", "-rm", "sh", "-c", _READ_ONLY, folder]
        if subprocess.run([*trial, "true"], check=False, capture_output=True).returncode:
            pytest.skip("no file system can be mounted here")
        self.house.api.command[:0] = trial
        self.house.api.start()
        wait_for_port(self.house.api_port)


def _at(minutes: int) -> str:
    return (now() + timedelta(minutes=minutes)).isoformat()


def _full(site: Site) -> None:
    """Let every write fail from now on, as on a full disk."""
    most = resource.prlimit(site.house.api.pid, resource.RLIMIT_FSIZE)[1]
    resource.prlimit(site.house.api.pid, resource.RLIMIT_FSIZE, (0, most))


def _read_only(site: Site) -> None:
    """Let the folder be read-only, its programs having died."""
    site.house.api.kill()
    site.restart_sealed()


def _at_rest(site: Site) -> None:
    """Let the folder be read-only, its programs having ended in order."""
    site.house.store.close()
    site.restart_sealed()


@pytest.fixture
def site() -> Iterator[Site]:
    with furnished() as house:
        house.api.start()
        wait_for_port(house.api_port)
        site = Site(house)
        site.fill()
        yield site


@pytest.mark.parametrize("breaks", [_full, _read_only, _at_rest])
def test_the_list_is_shown_and_printed_while_nothing_can_be_written(
    site: Site, chromium: Browser, breaks: Callable[[Site], None]
) -> None:
    address = f"http://{HOST}:{site.house.api_port}"
    context = chromium.new_context(locale="it-IT")
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    _sign_in(page, address, site.house.token)
    page.goto(address + LIST)
    assert ON_PAPER not in page.content()
    site.house.broker.stop()
    breaks(site)
    status, text = site.ask("GET", LIST)
    assert (status, ON_PAPER in text) == (200, True)
    page.goto(address + LIST)
    paper = "\n".join(each.extract_text() for each in PdfReader(io.BytesIO(page.pdf())).pages)
    inside, maybe = paper.split("Forse in sede")
    assert [name for name in INSIDE if name not in inside] == []
    assert [name for name in MAYBE if name not in maybe or name in inside] == []
    assert ON_PAPER in paper.replace("\n", " ")
    order = {"active": True, "reason": "fumo"}
    assert site.ask("POST", "/api/v1/site/evacuation", order)[0] == 503
    page.get_by_label("M 0").check()
    page.get_by_role("button", name="Chiudi e fai il rapporto").click()
    assert "stampa questo rapporto" in page.locator(".banner").inner_text()
    assert [url for url in asked if not url.startswith(address)] == []
    assert "Traceback" not in site.house.api.said()
    context.close()


def _sign_in(page: Page, address: str, token: str) -> None:
    page.goto(f"{address}/login?next={LIST}")
    page.locator("summary").click()
    page.locator("#token").fill(token)
    page.locator("details button").click()
    page.wait_for_url(f"**{LIST}")
