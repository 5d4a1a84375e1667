"""Whatever an operator's hand or an editor does to the file: settings or sentences, no crash."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.config import ConfigError, Problem, load

LINES = Path(__file__).with_name("usciere.toml").read_text(encoding="utf-8").splitlines()
VALUES = (
    "0", "-1", "1e400", "nan", "-inf", "true", '""', '"\\u0000"', '"../.."', "'💥'", "[]", "[[]]",
    "{}", "{ id = [] }", "04:00:00", "1979-05-27T07:32:00Z", "1979-05-27", "99999999999999999999",
    '"' + "a" * 300 + '"', '"mqtt://[::1"', '"sqlite://[x"', '"a b"', "[1, 'a', {}]", "", "=",
)  # fmt: skip
JUNK = ("[doors]", "[[doors]]", "[[rooms]]", "[site]", "[x.y]", "a.b.c = 1", "]", '"" = 1', "\0")
EDITS = st.tuples(
    st.sampled_from(("delete", "double", "value", "junk", "rename")),
    st.integers(0, len(LINES) - 1),
    st.sampled_from(VALUES),
    st.sampled_from(JUNK),
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("junk") / "usciere.toml"


def edited(lines: list[str], edit: tuple[str, int, str, str]) -> list[str]:
    what, at, value, junk = edit
    at %= len(lines) or 1
    line = lines[at] if lines else ""
    key = line.partition("=")[0]
    new = {
        "delete": [],
        "double": [line, line],
        "value": [f"{key}= {value}"],
        "junk": [line, junk],
        "rename": [f"x{line}"],
    }[what]
    return lines[:at] + new + lines[at + 1 :]


def problems_of(path: Path, environ: dict[str, str]) -> tuple[Problem, ...]:
    try:
        load(path, environ)
    except ConfigError as error:
        return error.problems
    return ()


def judge(path: Path, environ: dict[str, str]) -> None:
    for problem in problems_of(path, environ):
        assert problem.key
        assert problem.expected
        assert str(problem).isprintable()


@settings(max_examples=150)
@given(st.lists(EDITS, min_size=1, max_size=6))
def test_a_garbled_sample_gives_settings_or_sentences(
    path: Path, edits: list[tuple[str, int, str, str]]
) -> None:
    lines = LINES
    for edit in edits:
        lines = edited(lines, edit)
    path.write_text("\n".join(lines), encoding="utf-8")
    judge(path, {})


@settings(max_examples=50)
@given(st.binary(max_size=200))
def test_any_bytes_give_sentences(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    judge(path, {})


NAMES = ("SITE", "ID", "DOORS", "0", "READERS", "FUORI", "LOCK", "TOPIC", "MQTT", "URL", "É", "")


@settings(max_examples=100)
@given(
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=5).map("__".join),
    st.sampled_from(VALUES) | st.text(max_size=20),
)
def test_any_variable_gives_settings_or_sentences(path: Path, name: str, value: str) -> None:
    path.write_text("\n".join(LINES), encoding="utf-8")
    judge(path, {f"USCIERE_{name}": value})


@pytest.mark.parametrize("junk", ["[]", "{a = 1}", "[['x']]", "7", "true"])
@pytest.mark.parametrize(("table", "key"), [("site", "id"), ("mqtt", "base")])
def test_a_name_that_is_no_text_gives_sentences(
    path: Path, table: str, key: str, junk: str
) -> None:
    text = "\n".join(line for line in LINES if not line.startswith((f"{key} =", f"# {key} =")))
    path.write_text(text.replace(f"[{table}]", f"[{table}]\n{key} = {junk}"), encoding="utf-8")
    assert f"{table}.{key}" in {problem.key for problem in problems_of(path, {})}
