"""What pydantic found, said again in our words: the key, what was found, what to write."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from daemon.config.problems import Problem, in_key, kind, nearest, wrong
from daemon.config.schema import Place, described, key_of, keys_at, takes_options

Document = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Finding:
    """One error as pydantic tells it."""

    kind: str
    place: Place
    found: object
    own_words: str


def problems_of(error: ValidationError, document: Document) -> list[Problem]:
    """Translate every error. A driver's own keys are left to `daemon.config.checks`."""
    return [
        Problem(key_of(document, finding.place), _sentence(finding))
        for finding in _findings(error)
        if not (_is_option(finding.place) or _is_echo(finding))
    ]


def _findings(error: ValidationError) -> Iterator[_Finding]:
    for told in error.errors(include_url=False):
        own_words = str(told.get("ctx", {}).get("error", ""))
        yield _Finding(told["type"], told["loc"], told["input"], own_words)


def _is_option(place: Place) -> bool:
    return "options" in place and takes_options(place[: place.index("options")])


def _is_echo(finding: _Finding) -> bool:
    """Tell whether a list is only too short because its items, reported already, don't count."""
    return finding.kind == "too_short" and bool(finding.found)


def _sentence(finding: _Finding) -> str:
    return _SENTENCES.get(finding.kind, _not_fitting)(finding)


def _missing(finding: _Finding) -> str:
    return f"missing; write {_expected(finding.place)}"


def _unknown(finding: _Finding) -> str:
    parent, key = finding.place[:-1], finding.place[-1]
    hint = nearest(str(key), keys_at(parent))
    return f"unknown key; correct its spelling or leave it out{hint}"


def _own_words(finding: _Finding) -> str:
    return finding.own_words


def _not_a_container(finding: _Finding) -> str:
    """Say the kind only: what stands in a table's place may be an address with a password."""
    return f"found {kind(finding.found)}, expected {_expected(finding.place)}"


def _not_fitting(finding: _Finding) -> str:
    return wrong(finding.found, _expected(finding.place))


_SENTENCES: Mapping[str, Callable[[_Finding], str]] = {
    "missing": _missing,
    "extra_forbidden": _unknown,
    "value_error": _own_words,
    "model_type": _not_a_container,
    "tuple_type": _not_a_container,
}


def _expected(place: Place) -> str:
    """Return the words for a place: its field's, else the keys of its table."""
    if words := described(place):
        return words
    if keys := keys_at(place):
        return f"a table of {', '.join(keys)}"
    return f"a value for {in_key(str(place[-1]))}"
