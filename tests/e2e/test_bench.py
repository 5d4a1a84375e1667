"""`usciere bench`, the whole command: its house is furnished, lived in and left."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("asked", "measures"),
    [
        (("--embedded",), {"p50", "p95", "flow", "burst"}),
        (
            ("--growth", "--members", "60", "--doors", "55", "--entries", "1900"),
            {"p50", "others", "flow", "occupancy", "presence", "start", "rss"},
        ),
    ],
    ids=["beside-the-echo", "growth"],
)
def test_one_round_measures_all_it_promises(
    asked: tuple[str, ...], measures: set[str], tmp_path: Path
) -> None:
    run = subprocess.run(
        [sys.executable, "-P", "-m", "commands", "bench", "--rounds", "1", "--json", *asked],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "TMPDIR": str(tmp_path)},
        timeout=180,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    said = json.loads(run.stdout)
    figures = {key: value for key, value in said.items() if isinstance(value, dict)}
    assert figures.keys() == measures
    assert all(number > 0 for each in figures.values() for number in each.values()), figures
    assert not list(tmp_path.iterdir()), "it left something behind"
