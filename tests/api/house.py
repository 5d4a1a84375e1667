"""A house to ask over HTTP: a real database, a doorman made of memory, a clock set by hand."""

import shutil
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from api.app import Surroundings, create_app
from daemon.config import Settings
from daemon.store import doors
from daemon.store.book import book_of
from daemon.store.engine import Store
from daemon.store.forms import NewToken
from daemon.store.people import Act, Actor
from daemon.store.tokens import add_token
from devices.contract import Command

MONDAY_NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)  # 12:00 in Verona
CARD = "04A224B1C35880"
FOB = "0102030405"
API = "/api/v1"
TOML = """
[site]
id = "cooffice"
name = "CoOffice"
capacity = 50
holidays = "IT"

[[rooms]]
id = "open-space"
name = "Open space"
capacity = 30
[[rooms]]
id = "sala"
name = "Sala riunioni"
capacity = 8
bookable = true

[[doors]]
id = "ingresso"
name = "Ingresso"
room = "open-space"
entrance = true
[doors.contact]
driver = "mqtt"
[[doors]]
id = "porta-sala"
room = "sala"
"""


class FakeDoorman:
    """Hears the bell; carries orders out at once while on duty, and keeps what he was told."""

    def __init__(self) -> None:
        self.store: Store | None = None
        self.on_duty = True
        self.hears_broker = True
        self.sent: list[Command] = []

    @property
    def hears_doorman(self) -> bool:
        return self.on_duty

    def start(self) -> None:
        """There is no line to open."""

    def stop(self) -> None:
        """There is no line to close."""

    def ring(self) -> None:
        if not self.on_duty or self.store is None:
            return
        with book_of(self.store, "cooffice") as book:
            for order in doors.waiting_orders(book):
                doors.order_done(book, order.id, "sent")
                self.sent.append(order)


class Clock:
    """Shows what it was set to."""

    def __init__(self) -> None:
        self.now = MONDAY_NOON

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **time: float) -> None:
        self.now += timedelta(**time)


class House:
    """The API of a small CoOffice, and a token for every role."""

    def __init__(self, folder: Path, ready: Path, toml: str = TOML) -> None:
        shutil.copy(ready, folder / ready.name)
        self.settings = Settings.model_validate(tomllib.loads(toml), context=folder)
        self.clock = Clock()
        self.doorman = FakeDoorman()
        self.store = Store(self.settings.database.url)
        self.doorman.store = self.store
        around = Surroundings(bell=self.doorman, patience=0.1)
        self.app: FastAPI = create_app(self.settings, self.clock, around)
        self.client = TestClient(self.app)
        self.tokens = {"staff": self._token("staff"), "kiosk": self._token("kiosk")}
        self.tokens["admin"] = self._token("admin")
        self.seen: list[str] = []

    def close(self) -> None:
        """Give everything back."""
        self.client.close()
        self.app.state.parts.store.close()
        self.store.close()

    def act(self) -> Act:
        """Return an act of somebody at the keyboard."""
        return Act(self.store, "cooffice", Actor("porter"), self.clock())

    def _token(self, role: Any, member: str | None = None) -> str:  # pydantic checks the role
        return add_token(self.act(), NewToken(name=f"{role} token", role=role, member=member))[1]

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        role: str = "staff",
        **more: Any,  # httpx2's own arguments
    ) -> Response:
        """Send a request in a role; `public` sends no token."""
        headers = dict(more.pop("headers", {}))
        if role != "public":
            headers["Authorization"] = f"Bearer {self.tokens.get(role, role)}"
        if body is not None:
            more["json"] = body
        answer = self.client.request(
            method, path if path.startswith("/") else f"{API}/{path}", headers=headers, **more
        )
        self.seen.append(answer.text)
        return answer

    def get(self, path: str, **more: Any) -> Any:  # a JSON document
        """Return what a GET in the staff role shows."""
        answer = self.ask("GET", path, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: object, **more: Any) -> Any:  # a JSON document
        """Return what a POST in the staff role makes."""
        answer = self.ask("POST", path, body, **more)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    def member(self, name: str = "Anna Bianchi", **fields: object) -> str:
        """Let somebody join; return the id."""
        return str(self.post("members", {"name": name, **fields})["id"])

    def badge(self, member: str, uid: str = CARD, **fields: object) -> str:
        """Give a badge; return its id."""
        return str(self.post(f"members/{member}/badges", {"uid": uid, **fields})["id"])

    def member_token(self, member: str, role: str = "member") -> str:
        """Make a token that speaks for a member."""
        return self._token(role, member)

    def journal(self) -> list[dict[str, Any]]:  # JSON documents
        """Return all entries."""
        found = self.get("journal?limit=500")["items"]
        assert isinstance(found, list)
        return found

    def last(self) -> dict[str, Any]:  # a JSON document
        """Return the latest entry."""
        return self.journal()[-1]


def slug(answer: Response) -> str:
    """Return the slug of a problem, having checked that it is one."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["title"]
    assert body["detail"]
    return str(body["type"]).rsplit("/", 1)[-1]


Check = Callable[[House], None]
