"""Which building a command works on: its configuration, and where its broker is."""

import os
from pathlib import Path

import typer

from commands.failures import Failed
from daemon.config import Door, Settings, load

HERE = Path("usciere.toml")
DEMO = Path("demo/usciere.toml")


def config_path(ctx: typer.Context) -> Path:
    """Return the configuration that was named; else ./usciere.toml, else that of the demo here."""
    named = ctx.find_root().obj
    if isinstance(named, Path):
        return named
    return DEMO if DEMO.exists() and not HERE.exists() else HERE


def settings_of(ctx: typer.Context) -> Settings:
    """Read the configuration; raises ConfigError with everything wrong in it."""
    return load(config_path(ctx), os.environ)


def door_of(settings: Settings, name: str) -> Door:
    """Return a door by its id; raises Failed with the ones there are."""
    door = settings.door(name)
    if door is None:
        there = ", ".join(each.id for each in settings.doors)
        raise Failed(f"there is no door {name!r} at {settings.site.id}; the doors are {there}")
    return door


def reader_of(door: Door, name: str | None) -> str:
    """Return the id of a door's reader, the first unless named; raises Failed."""
    there = [reader.id for reader in door.readers]
    if name is not None and name not in there:
        which = "its readers are " + ", ".join(there)
        raise Failed(f"door {door.id} has no reader {name!r}; {which}")
    return name or there[0]
