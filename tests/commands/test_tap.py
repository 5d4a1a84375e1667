"""A reader keeps a tap and sends it again, same id, until it has its feedback."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from commands.caller import Heard
from commands.failures import Failed
from commands.tap import PATIENCE, Reader
from daemon.config import Settings, load
from daemon.config_template import commented
from devices.uid import parse
from devices.virtual import VirtualReader
from tests.commands.conftest import UID, Usciere

DOOR = "usciere/cooffice/door/ingresso"
ONLINE = Heard("usciere/cooffice/online", b"true", kept=True)


@dataclass
class Wire:
    """A line to a broker made of memory, with a clock that moves only while we wait."""

    answer: Callable[[int, dict[str, str]], Heard | None]
    clock: float = 0.0
    heard: list[Heard] = field(default_factory=list)
    said: list[dict[str, str]] = field(default_factory=list)
    topics: tuple[str, ...] = ()

    def listen(self, *topics: str) -> None:
        self.topics = topics

    def say(self, topic: str, payload: bytes) -> None:
        assert topic == f"{DOOR}/tap"
        self.said.append(json.loads(payload))
        answer = self.answer(len(self.said), self.said[-1])
        if answer is not None:
            self.heard.append(answer)

    def hear(self, limit: float) -> Heard | None:
        if self.heard:
            return self.heard.pop(0)
        self.clock += limit
        return None

    def steady(self) -> float:
        return self.clock


def feedback(tap: str, *, kept: bool = False) -> Heard:
    said = {"tap": tap, "granted": True, "reason": "plan", "message": "Ciao Anna"}
    return Heard(f"{DOOR}/feedback", json.dumps(said).encode(), kept=kept)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    path = tmp_path_factory.mktemp("house") / "usciere.toml"
    path.write_text(commented("cooffice", "CoOffice"))
    return load(path, {})


def reader(settings: Settings, wire: Wire) -> Reader:
    return Reader(settings, "ingresso", VirtualReader("fuori"), wire.steady)


def test_the_answer_to_the_own_tap_is_taken(settings: Settings) -> None:
    wire = Wire(lambda _, said: feedback(said["id"]))
    answer = reader(settings, wire).ask(wire, parse(UID))
    assert (answer.granted, answer.reason, answer.message) == (True, "plan", "Ciao Anna")
    assert wire.topics == (f"{DOOR}/feedback", "usciere/cooffice/online")
    assert wire.said[0]["uid"] == UID
    assert wire.said[0]["reader"] == "fuori"


def test_the_address_a_card_showed_and_the_pin_go_with_it(settings: Settings) -> None:
    wire = Wire(lambda _, said: feedback(said["id"]))
    reader(settings, wire).ask(wire, parse(UID), {"sun": "https://example.org/?e=1", "pin": "4711"})
    reader(settings, wire).ask(wire, parse(UID))
    assert [said.get("sun") for said in wire.said] == ["https://example.org/?e=1", None]
    assert [said.get("pin") for said in wire.said] == ["4711", None]


def test_it_is_sent_again_with_the_same_id_each_second(settings: Settings) -> None:
    wire = Wire(lambda time, said: feedback(said["id"]) if time == 3 else None)
    reader(settings, wire).ask(wire, parse(UID))
    assert len(wire.said) == 3
    assert wire.said[0] == wire.said[2]
    assert wire.clock == pytest.approx(2.0)


def test_another_readers_answer_is_not_ours(settings: Settings) -> None:
    wire = Wire(lambda _, said: feedback(said["id"] + "x"), heard=[ONLINE])
    with pytest.raises(Failed, match="did not answer within 3 s; look at his log"):
        reader(settings, wire).ask(wire, parse(UID))


def test_a_kept_answer_is_none(settings: Settings) -> None:
    wire = Wire(lambda _, said: feedback(said["id"], kept=True))
    with pytest.raises(Failed):
        reader(settings, wire).ask(wire, parse(UID))
    assert wire.clock == pytest.approx(PATIENCE)


def test_where_nobody_is_on_duty_it_says_so(settings: Settings) -> None:
    wire = Wire(lambda *_: None)
    with pytest.raises(Failed) as caught:
        reader(settings, wire).ask(wire, parse(UID))
    assert str(caught.value) == (
        "no doorman is on duty for cooffice; start `usciere run` or `usciere daemon`"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("cellar", UID),
            (
                "there is no door 'cellar' at cooffice; "
                "the doors are ingresso, sala-riunioni, sala-conferenze"
            ),
        ),
        (("ingresso", "04A2"), "a badge number has 4, 5, 7, 8 or 10 bytes, this has 2"),
        (
            ("ingresso", UID, "--reader", "x"),
            "door ingresso has no reader 'x'; its readers are fuori",
        ),
    ],
)
def test_what_cannot_be_sent_is_one_line(
    usciere: Usciere, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    (tmp_path / "usciere.toml").write_text(commented("cooffice", "CoOffice"))
    done = usciere("tap", *words)
    assert done.exit_code == 1
    assert done.stderr == said + "\n"
