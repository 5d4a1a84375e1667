"""What Usciere is made of: pinned by hash, and told plainly what is known of it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PINS = ("requirements.txt", "requirements-dev.txt", "scripts/pyscard.txt", "scripts/supply.txt")
SOUND = {"name": "alembic", "version": "1.20.1", "vulns": []}
HOLED = {
    "name": "jinja2",
    "version": "3.1.0",
    "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["3.1.7"]}],
}
UNKNOWN = {"name": "iotcore", "skip_reason": "not found"}


@pytest.mark.parametrize("file", PINS)
def test_every_part_is_pinned_by_hash(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    assert lines
    for line in lines:
        assert re.match(r"[a-z0-9-]+(\[[a-z]+\])?==\S+ ", line), line
        assert "--hash=sha256:" in line
    assert "://" not in text  # no index is named


def told(folder: Path, *parts: object) -> "subprocess.CompletedProcess[str]":
    report = folder / "audit.json"
    report.write_text(json.dumps({"dependencies": parts}), encoding="utf-8")
    command = [sys.executable, str(ROOT / "scripts" / "audit.py"), str(report)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_nothing_known_is_status_0(tmp_path: Path) -> None:
    done = told(tmp_path, SOUND)
    assert (done.returncode, done.stdout) == (
        0,
        "1 of 1 parts looked up, 0 vulnerabilities known.\n",
    )


def test_a_known_hole_is_named_with_its_cure_and_status_1(tmp_path: Path) -> None:
    done = told(tmp_path, SOUND, HOLED, UNKNOWN)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "jinja2 3.1.0: PYSEC-2026-1, fixed in 3.1.7",
        "iotcore: not looked up: not found",
        "2 of 3 parts looked up, 1 vulnerabilities known.",
    ]


def test_a_part_that_nobody_knows_is_no_clean_bill(tmp_path: Path) -> None:
    assert told(tmp_path, SOUND, UNKNOWN).returncode == 2


@pytest.mark.parametrize("parts", [(), (UNKNOWN,), (UNKNOWN, UNKNOWN)])
def test_where_nobody_could_be_asked_that_is_said(
    tmp_path: Path, parts: tuple[object, ...]
) -> None:
    done = told(tmp_path, *parts)
    assert done.returncode == 2
    assert done.stdout == "The advisories could not be had: nothing is known of any part.\n"
