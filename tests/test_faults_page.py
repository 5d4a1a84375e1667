"""The page on faults and attacks has every line, and every test and size it names is there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TESTS = ROOT / "tests"
PAGE = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
LINES = [f"R{number}" for number in range(1, 20)] + [f"S{number}" for number in range(1, 27)]
ROWS = {
    row[0]: row
    for row in ([cell.strip() for cell in line.split("|")[1:-1]] for line in PAGE.splitlines())
    if row and re.fullmatch(r"[RS]\d+", row[0]) and len(row) == 6
}
NAMED = sorted(set(re.findall(r"`([\w/]+\.py)::(\w+)`", PAGE)))
SIZES = sorted(set(re.findall(r"`(USCIERE_\w+)=\d+`", PAGE)))


def names_in(file: Path) -> set[str]:
    """Return the functions of a file; none of one that is not there."""
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    return {each.name for each in ast.walk(ast.parse(text)) if isinstance(each, ast.FunctionDef)}


def test_every_line_is_there_once_and_in_order() -> None:
    assert re.findall(r"(?m)^\| ([RS]\d+) \|(?:[^|]*\|){5}$", PAGE) == LINES


@pytest.mark.parametrize("line", LINES)
def test_every_line_says_what_is_done_promised_and_tried(line: str) -> None:
    _, done, promised, tests, _, _ = ROWS[line]
    assert done
    assert promised
    assert "::test_" in tests


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_every_test_that_is_named_is_there(file: str, name: str) -> None:
    assert name in names_in(TESTS / file)


@pytest.mark.parametrize("size", SIZES)
def test_every_size_that_is_named_is_asked_for(size: str) -> None:
    wanted = f'size("{size}",'
    assert any(wanted in each.read_text(encoding="utf-8") for each in TESTS.rglob("*.py"))
