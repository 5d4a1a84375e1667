"""The desk: a house served on loopback, and a Chromium that looks at it as a person would."""

import asyncio
import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

import uvicorn
from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from api.cookies import SESSION
from api.kiosk_codes import Asked
from daemon.store import accounts
from daemon.store.people import Actor
from tests.api.house import House

PASSWORD = "una porta di quercia"  # noqa: S105 - of a house that lasts a minute
TABLET = "tablet"
SIZES: dict[str, ViewportSize] = {
    "phone": {"width": 320, "height": 640},
    "desktop": {"width": 1280, "height": 800},
}
_PATIENCE = 20.0


class Served:
    """A house that answers on a port of its own; may be closed and opened again."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.cookies: dict[str, SetCookieParam] = {}
        self.port = 0
        self.open()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open(self) -> None:
        """Begin to answer, at the same address as before."""
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        self.house.app.state.parts.live.closed = False
        config = uvicorn.Config(self.house.app, lifespan="off", log_config=None, ws="none")
        self._server = _Quiet(config)
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._server.serve([self._listener])), daemon=True
        )
        self._thread.start()
        end = time.monotonic() + _PATIENCE
        while not self._server.started and time.monotonic() < end:
            time.sleep(0.01)

    def close(self) -> None:
        """Answer no more; whoever watches is cut off."""
        self.house.app.state.parts.live.close()
        self._server.should_exit = True
        self._thread.join(_PATIENCE)
        self._listener.close()


class _Quiet(uvicorn.Server):
    """Leaves signals to the tests."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass
class Desk:
    """One person's browser window: sees every console message and every request."""

    served: Served
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on(
            "console",
            lambda said: (
                self.complaints.append(said.text) if said.type in {"error", "warning"} else None
            ),
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda asked: self._note(asked.url))

    def _note(self, url: str) -> None:
        self.asked.append(url)
        if not url.startswith((self.served.address, "data:")):
            self.foreign.append(url)

    def open(self, path: str) -> None:
        self.page.goto(self.served.address + path)

    def sign_in(self, account: str = "chiara") -> None:
        """Sign in by the password, or by the cookie of whoever did before and may still come in."""
        kept = self.served.cookies.get(account)
        if kept is not None:
            self.context.add_cookies([kept])
        self.open("/password")
        if self.page.url.endswith("/password"):
            return
        self.page.locator("#account").fill(account)
        self.page.locator("#password").fill(PASSWORD)
        self.page.locator("main form button").first.click()
        self.page.wait_for_url("**/password")
        [mine] = [each for each in self.context.cookies() if each["name"] == SESSION]
        self.served.cookies[account] = {
            "name": SESSION,
            "value": mine["value"],
            "url": "https://127.0.0.1",
            "secure": True,
            "httpOnly": True,
        }

    def become_kiosk(self) -> None:
        """Turn this window into a kiosk, as a tablet is."""
        codes = self.served.house.app.state.parts.sign_in.kiosks
        self.open(f"/kiosk/open?code={codes.give(Asked('Ingresso', Actor('Chiara')))}")
        self.page.locator("main form button").click()
        self.page.wait_for_url("**/kiosk")

    def violations(self) -> list[str]:
        """Return what axe finds wrong with the page as it stands."""
        self.page.evaluate(_AXE)
        found = self.page.evaluate("axe.run({resultTypes: ['violations']})")
        return [
            f"{each['id']}: {node['html'][:120]} {json.dumps(node['any'][:1])[:300]}"
            for each in found["violations"]
            for node in each["nodes"]
        ]

    def is_too_wide(self) -> bool:
        """Tell whether one has to scroll sideways."""
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        return bool(self.page.evaluate(wide))


_AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


@contextlib.contextmanager
def desk_at(
    served: Served, browser: Browser, *, size: str = "desktop", colours: str = "light", **more: bool
) -> Iterator[Desk]:
    """Open a window; see at its end that no page complained or asked another host."""
    context = browser.new_context(
        viewport=SIZES[size],
        color_scheme="dark" if colours == "dark" else "light",
        locale="it-IT",
        timezone_id="Europe/Rome",
        reduced_motion="reduce",
        java_script_enabled=more.get("scripts", True),
    )
    context.set_default_timeout(_PATIENCE * 1000)
    desk = Desk(served, context, context.new_page())
    try:
        yield desk
        assert desk.complaints == []
        assert desk.foreign == []
    finally:
        context.close()


def come_in(desk: Desk, who: str | None) -> None:
    """Be somebody: an account, the tablet of a kiosk, or with None nobody."""
    if who == TABLET:
        desk.become_kiosk()
    elif who is not None:
        desk.sign_in(who)


def give_account(house: House, name: str, role: str) -> str:
    """Let somebody join who may sign in with PASSWORD; return the member's id."""
    member = house.member(name, role=role, email=f"{name.split(maxsplit=1)[0].lower()}@example.org")
    made = accounts.add_account(house.act(), member, name.split(maxsplit=1)[0].lower())
    hashed = house.app.state.parts.sign_in.passwords.hash(PASSWORD)
    accounts.change_password(house.act(), made.id, hashed)
    return member


def shot_of(page: Page, folder: str | None, name: str) -> None:
    """Keep a picture of the page, if somebody asked for pictures."""
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
