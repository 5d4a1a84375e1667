"""What `run`, `daemon`, `api` and `demo` share: logs, companions, ports that must be free."""

import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from commands.failures import Failed
from daemon import logs
from daemon.config import Settings
from daemon.lifeline import Child, Companion

_LEVELS = ("debug", "info", "warning", "error")


def set_up_logs() -> None:
    """Send log lines to stderr, from the level in USCIERE_LOG on."""
    level = os.environ.get("USCIERE_LOG", "info").lower()
    if level not in _LEVELS:
        raise Failed(f"USCIERE_LOG: found {level[:20]!r}, expected one of {', '.join(_LEVELS)}")
    logs.set_up(level)


def own_broker(settings: Settings) -> Sequence[Companion]:
    """Return the embedded broker if the settings ask for one."""
    from daemon.run import EmbeddedCompanion  # noqa: PLC0415 - the API never needs the doorman

    broker = settings.mqtt.broker
    if broker.scheme != "embedded":
        return ()
    return (EmbeddedCompanion(broker.host, broker.port),)


def api_beside(config: Path) -> Companion:
    """Return the API as a companion: a process of its own that ends with us."""
    command = [sys.executable, "-P", "-m", "commands", "--config", str(config.absolute())]
    return Child("the API", [*command, "api", "--child"])


def demand_free(host: str, port: int, otherwise: str) -> None:
    """Raise Failed if we could not listen there; `otherwise` says what to do then."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
            trial.listen(1)
        except OSError as problem:
            why = (problem.strerror or "it can't be used").lower()
            raise Failed(f"can't listen on {host}:{port}: {why}; {otherwise}") from None
