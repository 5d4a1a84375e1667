"""What pydantic found, said again in our words: the key, what was found, what to write."""

from collections.abc import Callable, Mapping

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from daemon.config.problems import Problem, in_key, kind, nearest, wrong
from daemon.config.schema import Place, described, key_of, keys_at

Document = Mapping[str, object]


def problems_of(error: ValidationError, document: Document) -> list[Problem]:
    """Translate every error. A driver's own keys are left to `daemon.config.checks`."""
    return [
        Problem(key_of(document, details["loc"]), _sentence(details))
        for details in error.errors(include_url=False)
        if "options" not in details["loc"] and not _is_echo(details)
    ]


def _is_echo(details: ErrorDetails) -> bool:
    """Tell whether a list is only too short because its items, reported already, don't count."""
    return details["type"] == "too_short" and bool(details["input"])


def _sentence(details: ErrorDetails) -> str:
    return _SENTENCES.get(details["type"], _not_fitting)(details)


def _missing(details: ErrorDetails) -> str:
    return f"missing; write {_expected(details['loc'])}"


def _unknown(details: ErrorDetails) -> str:
    *parent, key = details["loc"]
    known = keys_at(tuple(parent))
    return "unknown key; correct its spelling or leave it out" + nearest(str(key), known)


def _own_words(details: ErrorDetails) -> str:
    return str(details["ctx"]["error"])


def _not_a_container(details: ErrorDetails) -> str:
    """Say the kind only: what stands in a table's place may be an address with a password."""
    return f"found {kind(details['input'])}, expected {_expected(details['loc'])}"


def _not_fitting(details: ErrorDetails) -> str:
    return wrong(details["input"], _expected(details["loc"]))


_SENTENCES: Mapping[str, Callable[[ErrorDetails], str]] = {
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
