"""`usciere tap`: a tap over MQTT as a reader sends it, and the answer the reader would show."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Protocol

import typer

from commands.building import door_of, reader_of, settings_of
from commands.caller import Caller, Heard
from commands.failures import Failed
from commands.options import AsJson, DoorId, ReaderId, SunUrl, Uid
from commands.paper import decision, show_json
from daemon.config import Settings
from daemon.config.problems import printable
from devices import seals, strict_json
from devices import uid as uids
from devices.clock import now, steady
from devices.virtual import Answer, VirtualReader, answer_to

app = typer.Typer()
PATIENCE = 3.0
_AGAIN = 1.0
_LONGEST = 300


@app.command()
def tap(  # noqa: PLR0913 - what a tap is made of
    ctx: typer.Context,
    door: DoorId,
    uid: Uid,
    reader: ReaderId = None,
    sun: SunUrl = None,
    *,
    pin: Annotated[bool, typer.Option("--pin", help="Ask for a PIN and send it along.")] = False,
    as_json: AsJson = False,
) -> None:
    """Send a tap as a reader would; prints `granted` or `refused`, the reason and the message.

    Exit status 0 if the door opens, 1 if it does not.
    """
    settings = settings_of(ctx)
    where = door_of(settings, door)
    badge = uids.parse(uid)
    beside = {} if sun is None else {"sun": sun}
    if pin:
        beside["pin"] = typer.prompt("PIN", hide_input=True)
    at = Reader(settings, where.id, VirtualReader(reader_of(where, reader)))
    with Caller(settings) as caller:
        answer = at.ask(caller, badge, beside)
    if as_json:
        show_json(dict(answer.said))
    else:
        message = printable(answer.message, _LONGEST)
        typer.echo(decision(granted=answer.granted, reason=answer.reason, message=message))
    raise typer.Exit(0 if answer.granted else 1)


class Line(Protocol):
    """What a reader needs of the broker."""

    def listen(self, *topics: str) -> None:
        """Hear these topics from now on."""

    def say(self, topic: str, payload: bytes) -> None:
        """Publish."""

    def hear(self, limit: float) -> Heard | None:
        """Return the next message, None after `limit` seconds."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader that keeps a tap and sends it again, same id, until it has its feedback."""

    settings: Settings
    door: str
    reader: VirtualReader
    steady: Callable[[], float] = steady

    def ask(self, line: Line, badge: uids.Uid, beside: Mapping[str, str] | None = None) -> Answer:
        """Return the doorman's answer; raises Failed if there is none within 3 s."""
        root = f"{self.settings.mqtt.base}/{self.settings.site.id}"
        door = f"{root}/door/{self.door}"
        line.listen(f"{door}/feedback", f"{root}/online")
        message = secrets.token_hex(8)
        payload = self._sealed(f"{door}/tap", self.reader.tap(badge, message, now(), beside))
        on_duty = False
        end = self.steady() + PATIENCE
        while self.steady() < end:
            line.say(f"{door}/tap", payload)
            again = min(end, self.steady() + _AGAIN)
            while (left := again - self.steady()) > 0 and (heard := line.hear(left)) is not None:
                if heard.topic == f"{root}/online":
                    on_duty = heard.payload == b"true"
                elif not heard.kept and (answer := answer_to(message, heard.payload)):
                    return answer
        raise Failed(_silence(self.settings.site.id, on_duty=on_duty))

    def _sealed(self, topic: str, payload: bytes) -> bytes:
        """Return the message with its door's seal, where the door has a key."""
        found = self.settings.door(self.door)
        if found is None or found.hmac_key_file is None:
            return payload
        said = strict_json.parse_object(payload)
        made = seals.seal(seals.key_in(found.hmac_key_file), topic, "tap", said)
        return strict_json.compact({**said, seals.SEAL: made}).encode()


def _silence(site: str, *, on_duty: bool) -> str:
    if on_duty:
        return f"the doorman of {site} did not answer within {PATIENCE:.0f} s; look at his log"
    return f"no doorman is on duty for {site}; start `usciere run` or `usciere daemon`"
