"""Boxes to tick, one field each: `door ingresso`. Pure."""

from collections.abc import Mapping, Sequence


def ticked(said: Mapping[str, str], name: str) -> Sequence[str]:
    """Return what was ticked, in order."""
    prefix = f"{name} "
    return sorted(key.removeprefix(prefix) for key in said if key.startswith(prefix))


def boxes(name: str, chosen: Sequence[str]) -> Mapping[str, str]:
    """Return the fields of what is ticked."""
    return {f"{name} {each}": "yes" for each in chosen}
