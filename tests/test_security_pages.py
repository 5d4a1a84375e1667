"""The pages on security and privacy say what is so: tests exist, figures are the defaults."""

import ast
import re
from pathlib import Path

import pytest

from daemon.config.settings import Retention

ROOT = Path(__file__).parent.parent
TESTS = ROOT / "tests"
SECURITY = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
PRIVACY = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`([\w/]+\.py)::(\w+)`", SECURITY)
NOTICE = PRIVACY[PRIVACY.index("## Informativa") :]


def names_in(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)}


@pytest.mark.parametrize(("file", "name"), sorted(set(NAMED)))
def test_every_test_that_is_named_is_there(file: str, name: str) -> None:
    assert name in names_in(TESTS / file)


def test_every_duty_but_those_of_paper_has_a_test() -> None:
    rows = [line for line in SECURITY.splitlines() if re.match(r"\| (?!---)[^|]+\|", line)]
    bare = [row for row in rows if "::" not in row]
    assert len(rows) > 40
    assert [row for row in bare if not re.match(r"\| (duty|provision|line|5\.2) ?", row)] == []


def test_nothing_is_claimed_to_be_certified() -> None:
    assert "nobody has certified anything" in SECURITY


@pytest.mark.parametrize("field", sorted(Retention.model_fields))
def test_the_table_of_limits_has_the_defaults(field: str) -> None:
    [row] = [line for line in PRIVACY.splitlines() if f"{field}`)" in line]
    assert f"{Retention.model_fields[field].default} days" in row


def test_the_notice_at_the_door_has_the_defaults_in_both_languages() -> None:
    limits = Retention()
    italian = (
        f"ingressi e uscite {limits.visits_days} giorni",
        f"rifiutati {limits.refusals_days} giorni",
        f"ospiti {limits.visitors_days} giorni dopo la visita",
    )
    english = (
        f"kept for {limits.visits_days} days",
        f"refusals for {limits.refusals_days}",
        f"visitors for {limits.visitors_days} days after their visit",
    )
    for words in (*italian, *english):
        assert words in NOTICE


def test_the_notice_says_what_article_13_asks() -> None:
    for word in ("Titolare", "Quali dati", "Perché", "Per quanto tempo", "diritti", "Garante"):
        assert word in NOTICE
