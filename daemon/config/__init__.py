"""TOML to frozen typed settings; all errors at once, by key. Opens no database, asks no clock.

load(path, environ) -> Settings, or ConfigError with every problem
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from daemon.config.checks import checked
from daemon.config.credentials import with_credentials
from daemon.config.environment import override, with_origin
from daemon.config.problems import ConfigError, Problem, printable
from daemon.config.sentences import problems_of
from daemon.config.settings import (
    Access,
    Api,
    Calendars,
    Database,
    Device,
    Door,
    ExtraHoliday,
    Mqtt,
    Reader,
    Room,
    Settings,
    Site,
    SpaceApi,
)

__all__ = [
    "Access",
    "Api",
    "Calendars",
    "ConfigError",
    "Database",
    "Device",
    "Door",
    "ExtraHoliday",
    "Mqtt",
    "Problem",
    "Reader",
    "Room",
    "Settings",
    "Site",
    "SpaceApi",
    "load",
]

_LONGEST_PATH = 200
_MOST_BYTES = 4 * 1024 * 1024


def load(path: Path, environ: Mapping[str, str]) -> Settings:
    """Read the configuration, overridden by `USCIERE_…` variables and systemd's credentials.

    Raises ConfigError with every problem in file and environment; nothing else.
    """
    document = _document(path)
    origins, problems = override(document, with_credentials(environ))
    try:
        settings = Settings.model_validate(document, context=path.absolute().parent)
    except ValidationError as error:
        problems += problems_of(error, document)
        settings = None
    problems += checked(document)
    if settings is None or problems:
        raise ConfigError(tuple(with_origin(problem, origins) for problem in problems)) from None
    return settings


def _document(path: Path) -> dict[str, object]:
    text = _text(path)
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise _unusable(path, "tables or lists are nested too deep; write them flatter") from None
    except ValueError as error:
        sentence = f"not TOML: {str(error).rstrip('.')}; correct it there"
        raise _unusable(path, sentence) from None


def _text(path: Path) -> str:
    content = _bytes(path)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _unusable(path, f"line {line} is not UTF-8; save the file as UTF-8") from None


def _bytes(path: Path) -> bytes:
    """Read an ordinary file of a sane size; a pipe or device might never end."""
    try:
        if path.exists() and not path.is_file():
            raise _unusable(path, "not an ordinary file; name a TOML file")
        with path.absolute().open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        why = error.strerror or "it can't be read"
        sentence = f"can't be read: {why}; name another file, or run `usciere init` to write one"
        raise _unusable(path, sentence) from None
    except ValueError:
        raise _unusable(path, "no possible file name; name another file") from None
    if len(content) > _MOST_BYTES:
        raise _unusable(path, f"more than {_MOST_BYTES // 1024**2} MiB; is this the right file?")
    return content


def _unusable(path: Path, sentence: str) -> ConfigError:
    return ConfigError((Problem(printable(str(path), _LONGEST_PATH), sentence),))
