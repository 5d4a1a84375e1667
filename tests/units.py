"""The units as systemd reads them: sections, keys, values; and what systemd itself says of them."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.services import missing

ROOT = Path(__file__).parent.parent
SYSTEMD = ROOT / "systemd"
DROP_INS = SYSTEMD / "drop-ins"
_LINE = re.compile(r"(?m)^(\w+)=(.*)$")


def values(unit: str, key: str) -> list[str]:
    """Return every value a unit gives to a key, in order."""
    text = (SYSTEMD / unit).read_text(encoding="utf-8")
    return [value for name, value in _LINE.findall(text) if name == key]


def analyze(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Ask systemd-analyze; leaves the test out where it is missing."""
    if shutil.which("systemd-analyze") is None:
        missing("systemd-analyze", "systemd", optional=True)
    command = ["systemd-analyze", "--no-pager", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def copied(folder: Path, unit: str, drop_in: str | None = None) -> Path:
    """Copy a unit, with a drop-in, to a folder; its program is one that is here."""
    text = (SYSTEMD / unit).read_text(encoding="utf-8")
    text = text.replace("/opt/usciere/.venv/bin/python", sys.executable)
    (folder / unit).write_text(text, encoding="utf-8")
    if drop_in is not None:
        beside = folder / f"{unit}.d"
        beside.mkdir()
        shutil.copy(DROP_INS / f"{unit}.d" / drop_in, beside)
    return folder / unit


def syscalls(unit: str) -> set[str]:
    """Return the system calls that a unit's filter lets through."""
    allowed: set[str] = set()
    for value in values(unit, "SystemCallFilter"):
        names = _expanded(value.removeprefix("~").split())
        allowed = allowed - names if value.startswith("~") else allowed | names
    return allowed


def _expanded(names: list[str]) -> set[str]:
    groups = [name for name in names if name.startswith("@")]
    calls = set(names) - set(groups)
    if groups:
        said = analyze("syscall-filter", *groups).stdout
        inner = re.findall(r"(?m)^\s+(@?[\w-]+)$", said)
        calls |= _expanded(inner)
    return calls


def installing() -> list[str]:
    """Return the lines that docs/operating.md has an operator type for an installation."""
    page = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
    section = page.split("\n## Under systemd\n")[1].split("\n## ")[0]
    blocks: list[str] = re.findall(r"(?ms)^```sh\n(.*?)^```$", section)
    return [line for block in blocks for line in block.splitlines()]
