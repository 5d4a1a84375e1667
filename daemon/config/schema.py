"""Questions about the shape of the settings: which field is at a place, and what may stand there.

A place is a tuple of keys and list positions, as in `("doors", 1, "readers", 0, "role")`.
"""

from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from daemon.config.problems import in_key
from daemon.config.settings import Device, Settings

Place = tuple[str | int, ...]
_SCALARS: tuple[tuple[type, tuple[type, ...]], ...] = (
    (bool, (bool,)),
    (int, (int,)),
    (float, (int, float)),
)


def model_at(place: Place) -> type[BaseModel] | None:
    """Return the table that a place holds, or whose items it holds; None for a plain value."""
    model: type[BaseModel] | None = Settings
    for key in place:
        if isinstance(key, str):
            field = model.model_fields.get(key) if model else None
            model = _table_in(field.annotation) if field else None
    return model


def field_at(place: Place) -> FieldInfo | None:
    """Return the field of the last key, or None if there is no such setting."""
    *parent, key = place
    model = model_at(tuple(parent))
    return model.model_fields.get(str(key)) if model else None


def described(place: Place) -> str | None:
    """Return what a field, or an item of its list, should be; None where nobody said."""
    field = field_at(tuple(key for key in place if isinstance(key, str)))
    if field is None:
        return None
    if isinstance(place[-1], int):
        return _description(next(iter(get_args(_bare(field.annotation))), None))
    return field.description or _description(field.annotation)


def item_at(node: object, key: str | int) -> object:
    """Return what a table or list of the document holds there, if anything."""
    if isinstance(node, dict):
        return node.get(key)
    if isinstance(node, list) and isinstance(key, int):
        return node[key] if 0 <= key < len(node) else None
    return None


def keys_at(place: Place) -> tuple[str, ...]:
    """Return the keys a table takes."""
    model = model_at(place)
    return tuple(key for key in model.model_fields if key != "options") if model else ()


def takes_options(place: Place) -> bool:
    model = model_at(place)
    return model is not None and issubclass(model, Device)


def toml_types(place: Place) -> tuple[type, ...]:
    """Return the TOML types a value is written in; text where nothing else is meant."""
    if isinstance(place[-1], int):
        return (dict,) if model_at(place) else (str,)
    field = field_at(place)
    if field is None:
        return (bool, int)
    bare = _bare(field.annotation)
    if get_origin(bare) is tuple:
        return (list,)
    if _table_in(bare) is not None:
        return (dict,)
    return next((types for known, types in _SCALARS if bare is known), (str,))


def key_of(document: object, place: Place) -> str:
    """Write a place as an operator would look for it: list items by their id where they have one.

    The id itself is named by position, since it is what is wrong.
    """
    written, node = "", document
    for position, key in enumerate(place):
        node = item_at(node, key)
        by_id = isinstance(key, int) and place[position + 1 :] != ("id",)
        name = node.get("id") if by_id and isinstance(node, Mapping) else None
        if isinstance(key, str):
            written += f".{in_key(key)}" if written else in_key(key)
        elif isinstance(name, str) and name and in_key(name) == name:
            written += f".{name}"
        else:
            written += f"[{key}]"
    return written


def _bare(annotation: object) -> object:
    """Strip `Annotated` and `| None`."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _bare(get_args(annotation)[0])
    if origin in {Union, UnionType}:
        return _bare(next(one for one in get_args(annotation) if one is not type(None)))
    return annotation


def _table_in(annotation: object) -> type[BaseModel] | None:
    bare = _bare(annotation)
    if get_origin(bare) is tuple:
        return _table_in(get_args(bare)[0])
    return bare if isinstance(bare, type) and issubclass(bare, BaseModel) else None


def _description(annotation: object) -> str | None:
    """Find the words that came with a type, also behind `| None`."""
    own = getattr(annotation, "__metadata__", ())
    words = [field.description for field in own if isinstance(field, FieldInfo)]
    inner = (_description(one) for one in get_args(annotation) if not isinstance(one, FieldInfo))
    return next((word for word in words if word), None) or next(filter(None, inner), None)
