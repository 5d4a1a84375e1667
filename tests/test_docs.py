"""What the documents say is true of this tree: links, commands, samples, the map."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer

from commands.main import COMMANDS, app
from daemon.config import Settings, load
from daemon.config.schema import model_at
from daemon.config_template import commented
from daemon.house import house_of
from daemon.people_csv import COLUMNS, read
from devices.contract import Nonsense, Nothing
from devices.kinds import FIRMWARES, PORTS
from devices.mqtt.link import Arrival
from devices.mqtt.native import Native

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md")))
TOLD = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
README = PAGES[0].read_text(encoding="utf-8")
OPERATING = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LARGEST_PICTURE = 150_000


def blocks(kind: str, text: str = TOLD) -> list[str]:
    """Return what stands between fences of this kind."""
    return re.findall(rf"(?ms)^```{kind}\n(.*?)^```$", text)


def typed() -> Iterator[list[str]]:
    """Yield every `usciere` line a reader is told to type, without `usciere`."""
    for block in blocks("sh"):
        for line in block.splitlines():
            if line.startswith("usciere "):
                yield shlex.split(line)[1:]


def headings(page: Path) -> set[str]:
    """Return the anchors of a page, as GitHub makes them."""
    found = re.findall(r"(?m)^#+ (.*)$", page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in found}


def native() -> Native:
    return Native("usciere", "cooffice", {"ingresso": ("fuori", "dentro")})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"(?ms)^```.*?^```$", "", page.read_text(encoding="utf-8"))
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if link.startswith(("http://", "https://")):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        assert not anchor or anchor in headings(target), link


def test_every_command_is_told_of() -> None:
    assert [name for name in COMMANDS if f"`usciere {name}`" not in OPERATING] == []


def test_every_command_line_in_the_documents_can_be_typed() -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    lines = list(typed())
    assert len(lines) > 15
    for words in lines:
        with group.make_context("usciere", list(words)) as ctx:
            name, command, rest = group.resolve_command(ctx, [*ctx._protected_args, *ctx.args])
            assert command is not None, words
            with command.make_context(name, rest, parent=ctx) as inner:
                if isinstance(command, typer.core.TyperGroup):
                    further = [*inner._protected_args, *inner.args]
                    name, command, rest = command.resolve_command(inner, further)
                    assert command is not None, words
                    command.make_context(name, rest, parent=inner).close()


def test_the_sample_house_is_one(tmp_path: Path) -> None:
    samples = blocks("toml")
    assert samples
    for number, sample in enumerate(samples):
        path = tmp_path / f"{number}.toml"
        path.write_text(sample, encoding="utf-8")
        assert load(path, {}).doors


def test_the_house_of_the_tour_is_what_init_writes(tmp_path: Path) -> None:
    path = tmp_path / "usciere.toml"
    path.write_text(commented("cooffice", "CoOffice"), encoding="utf-8")
    assert house_of(load(path, {})).readers()["ingresso"] == ["fuori"]


@pytest.mark.parametrize("table", [None, *Settings.model_fields])
def test_every_key_is_told_of(table: str | None) -> None:
    model = model_at(() if table is None else (table,))
    assert model is not None
    for key in model.model_fields:
        words = (f"[{key}]", f"[[{key}]]") if table is None else (f"`{key}`",)
        assert any(word in OPERATING for word in words), f"{table}.{key}"


def test_every_driver_of_another_maker_is_told_of() -> None:
    told = (ROOT / "docs" / "devices.md").read_text(encoding="utf-8")
    wanted = {name for name in FIRMWARES if f"`{name}`" not in told and f'"{name}"' not in told}
    assert {name for name in wanted if name not in told.lower().replace(" ", "")} == set()


def test_the_page_of_what_is_supported_is_as_the_captures_have_it() -> None:
    script = ROOT / "scripts" / "supported.py"
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_port_says_how_it_was_tried() -> None:
    for driver in PORTS:
        rows = json.loads((ROOT / "tests" / "captures" / "host" / f"{driver}.json").read_text())
        assert rows
        for row in rows:
            assert (ROOT / row["tests"]).exists(), row


def test_the_sample_of_people_can_be_imported() -> None:
    [sample] = blocks("csv")
    rows, troubles = read(sample.encode())
    assert (len(rows), list(troubles)) == (2, [])
    assert {name for name in COLUMNS if f"`{name}`" not in README} == set()


def test_every_message_of_the_tour_is_understood() -> None:
    sent = re.findall(r"mosquitto_pub -q 1 (-r )?-t (\S+) -m '([^']+)'", README)
    assert len(sent) > 5
    for retained, topic, payload in sent:
        arrival = Arrival(topic, payload.encode(), 1, 1, bool(retained), again=False, waited=False)
        signal = native().read(arrival, NOON)
        assert not isinstance(signal, Nonsense | Nothing), (topic, payload)


def test_what_the_map_shows_is_there() -> None:
    [chart] = [block for block in blocks("text", README) if "devices/  " in block]
    folder = ROOT
    for line in chart.splitlines():
        name = line.split()[0]
        inside = line.startswith("  ")
        folder = folder if inside else ROOT / name
        assert (folder / name if inside else ROOT / name).exists(), line
        for further in re.findall(r"\w+\.py\b", line):
            assert next(folder.rglob(further), None), further


def test_pictures_are_small_and_shown() -> None:
    for picture in (ROOT / "docs" / "pictures").iterdir():
        assert picture.stat().st_size < LARGEST_PICTURE, picture
        assert f"pictures/{picture.name})" in TOLD


def test_every_decision_says_when_to_revisit_it() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(page.name[:4]) for page in decisions] == list(range(1, len(decisions) + 1))
    for page in decisions:
        assert "**When to revisit.**" in page.read_text(encoding="utf-8"), page.name
