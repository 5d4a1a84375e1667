"""Settings that systemd hands over as credentials: a file `USCIERE_MQTT__URL` is that variable.

So a password stands in no unit, no environment and no configuration that others may read.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from daemon.config.problems import ConfigError, Problem, in_key

_LARGEST = 64 * 1024


def with_credentials(environ: Mapping[str, str]) -> Mapping[str, str]:
    """Return the variables with those that were handed over; one that is set goes before.

    Raises ConfigError with every credential that cannot be read.
    """
    folder = environ.get("CREDENTIALS_DIRECTORY")
    if not folder:
        return environ
    handed: dict[str, str] = {}
    problems = []
    for file in _files(Path(folder)):
        try:
            handed[file.name] = _text(file)
        except (OSError, ValueError) as problem:
            why = getattr(problem, "strerror", None) or str(problem)
            problems.append(Problem(in_key(file.name), f"the credential can't be read: {why}"))
    if problems:
        raise ConfigError(tuple(problems))
    return {**handed, **environ}


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(folder.glob("USCIERE_*"))


def _text(file: Path) -> str:
    with file.open("rb") as opened:
        content = opened.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise ValueError("it is far too long; is this the right file?")
    try:
        return content.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8 text") from None
