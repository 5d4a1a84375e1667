"""Settings from the environment: `USCIERE_DATABASE__URL=…` takes the place of `database.url`.

Rooms, doors and readers are named by id (`-` as `_`) or position: `USCIERE_DOORS__INGRESSO__ROOM`.
A value that is TOML of the type wanted there is read as TOML, anything else as text.
"""

import re
import tomllib
from collections.abc import Mapping

from daemon.config.problems import Problem, in_key, nearest
from daemon.config.schema import (
    Place,
    item_at,
    key_of,
    keys_at,
    takes_options,
    toml_types,
)

_PREFIX = "USCIERE_"
_RESERVED = re.compile(r"CONFIG|TOKEN|LOG.*|DATA(?!BASE)[^_]*(_[^_].*)?", re.DOTALL)


class _NoSuchSetting(Exception):
    """A variable that names nothing; the text is the sentence for the operator."""


def override(
    document: dict[str, object], environ: Mapping[str, str]
) -> tuple[dict[str, str], list[Problem]]:
    """Put the environment's values into the document.

    Returns which key came from which variable, and a problem for each variable that names nothing.
    """
    origins: dict[str, str] = {}
    problems: list[Problem] = []
    for variable in sorted(environ):
        name = variable.removeprefix(_PREFIX)
        if name == variable or _RESERVED.fullmatch(name):
            continue
        try:
            place = _place(document, name.lower().split("__"))
            _put(document, place, environ[variable])
        except _NoSuchSetting as found:
            problems.append(Problem(in_key(variable), str(found)))
        else:
            origins[key_of(document, place)] = variable
    return origins, problems


def with_origin(problem: Problem, origins: Mapping[str, str]) -> Problem:
    """Add to a problem which variable the value came from, if it did."""
    for key, variable in origins.items():
        if problem.key == key or problem.key.startswith((f"{key}.", f"{key}[")):
            return Problem(problem.key, f"{problem.expected} (the value is that of {variable})")
    return problem


def _place(document: dict[str, object], names: list[str]) -> Place:
    node: object = document
    place: Place = ()
    for name in names:
        key = _position(node, name) if isinstance(node, list) else name
        if isinstance(key, str) and key not in keys_at(place) and not takes_options(place):
            raise _NoSuchSetting("no such setting; unset it or correct it" + _near(place, key))
        place = (*place, key)
        node = item_at(node, key)
    return place


def _near(place: Place, key: str) -> str:
    match = nearest(key, keys_at(place))
    return match.upper().replace("; DID YOU MEAN", "; did you mean")


def _position(items: list[object], name: str) -> int:
    if name.isdecimal() and len(name) < len("1000000"):
        position = int(name)
    else:
        positions = [at for at, item in enumerate(items) if _variable_name(item) == name]
        position = positions[0] if len(positions) == 1 else -1
    if not 0 <= position < len(items):
        raise _NoSuchSetting(
            f"no item or more than one is meant by `{name.upper()}`; write its id in capitals "
            f"with `_` for `-`, or its position from 0 to {len(items) - 1}"
        )
    return position


def _variable_name(item: object) -> str | None:
    name = item.get("id") if isinstance(item, dict) else None
    return name.replace("-", "_") if isinstance(name, str) else None


def _put(document: dict[str, object], place: Place, text: str) -> None:
    """Write the value into the document, unless a key above it holds something odd anyway."""
    node: object = document
    last = place[-1]
    for key in place[:-1]:
        if isinstance(node, dict) and isinstance(key, str):
            node.setdefault(key, {})
        node = item_at(node, key)
    value = _value(text, toml_types(place))
    match node:
        case dict():
            node[last] = value
        case list() if isinstance(last, int):
            node[last] = value


def _value(text: str, wanted: tuple[type, ...]) -> object:
    try:
        parsed = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    value = parsed.get("value")
    return value if len(parsed) == 1 and type(value) in wanted else text
