"""Writes docs/supported.md from the captures and the table of drivers; run after adding one.

`scripts/supported.py --check` only says whether it is as the captures have it.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from devices.kinds import FIRMWARES, NATIVE, PORTS  # noqa: E402 - the tree has to be found first

PAGE = ROOT / "docs" / "supported.md"
CAPTURES = ROOT / "tests" / "captures"
_HEAD = """\
# Readers, locks and contacts that Usciere speaks with

This page is written by `scripts/supported.py` from `tests/captures`; every line is a test.
*Recorded* means that a real device said what the capture has, *documentation* that it was written
from the maker's sources: nobody of us has held that device against a door yet. If you have one,
[a recording helps](adding-a-reader.md).

Native doors (`{native}`) speak the protocol of [operating.md](operating.md). A door may have a
reader of one maker, a lock of another and a contact of a third: [devices.md](devices.md).

## At the broker

| driver | part | firmware or device | basis | source | note |
|---|---|---|---|---|---|
"""
_HOST = """
## At this host

| driver | extra | device | basis | how it was tried |
|---|---|---|---|---|
"""
_FORMATS = """
## How a reader writes a card's number

`uid_format` beside a reader says it, and is never guessed: a number that does not fit is refused.

| `uid_format` | card `04A224B1C35880` | card `DEADBEEF` | fob `14008EC793` | digits lost |
|---|---|---|---|---|
"""
_LAST = """
A format that loses digits opens only if exactly one card in use gives that text. Staff see at a
badge how many other cards some reader can't tell from it (`alike`). Cards given out before Usciere
kept such texts are known at these readers once they were given out again.
"""


def _firmwares() -> Iterator[str]:
    for driver in FIRMWARES:
        for file in sorted((CAPTURES / "firmware" / driver).glob("*.json")):
            said = json.loads(file.read_text("utf-8"))
            basis = "recorded" if said["recorded"] else "documentation"
            cells = (f"`{driver}`", said["part"], said["firmware"], basis, said["source"])
            yield _row(*cells, said.get("note", ""))


def _ports() -> Iterator[str]:
    for driver, kind in PORTS.items():
        for said in json.loads((CAPTURES / "host" / f"{driver}.json").read_text("utf-8")):
            basis = "recorded" if said["recorded"] else "documentation"
            extra = "" if kind.extra is None else f"`[{kind.extra}]`"
            tried = f"{said['tried']} ({said['tests']})"
            yield _row(f"`{driver}`", extra, said["device"], basis, tried)


def _formats() -> Iterator[str]:
    from devices import uid, uid_formats  # noqa: PLC0415 - as above

    cards = [uid.parse(each) for each in ("04A224B1C35880", "DEADBEEF", "14008EC793")]
    for name in uid_formats.FORMATS:
        whole = {"hex": lambda card: card.hex(), "hex-reversed": lambda card: card[::-1].hex()}
        texts = [
            whole[name](card).upper()
            if name in whole
            else " or ".join(
                each.uid.decode() for each in uid_formats.aliases_of(card) if each.alias == name
            )
            for card in cards
        ]
        shown = [f"`{text}`" if text else "" for text in texts]
        yield _row(f"`{name}`", *shown, "" if name in whole else "yes")


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


def page() -> str:
    """Return the page as the captures have it."""
    native = ", ".join(NATIVE)
    parts = (_HEAD.format(native=native), *_firmwares(), _HOST, *_ports(), _FORMATS, *_formats())
    return "".join(parts) + _LAST


def main() -> int:
    """Write the page, or say whether it is as it should be."""
    if "--check" in sys.argv[1:]:
        if PAGE.exists() and PAGE.read_text("utf-8") == page():
            return 0
        print("docs/supported.md is not what the captures have: run scripts/supported.py")  # noqa: T201 - for whoever typed it
        return 1
    PAGE.write_text(page(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
