"""Log lines: one a happening, on stderr, with nothing in them that could forge another."""

import logging
import os
import sys
import threading
from types import TracebackType

_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
_FORMAT = "%(levelname)s %(name)s: %(message)s"


class _OneLine(logging.Formatter):
    """Escapes control characters: a hostile text cannot begin a line of its own.

    The lines of a traceback are indented, for the same reason.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        return _escaped(super().formatMessage(record))

    def formatException(self, ei: _Raised) -> str:  # noqa: N802 - logging's name
        return _indented(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 - logging's name
        return _indented(super().formatStack(stack_info))


def _indented(text: str) -> str:
    return "\n".join(f"  {_escaped(line)}" for line in text.split("\n"))


def _escaped(text: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def set_up(level: str) -> None:
    """Send every log line to stderr; a thread that dies ends the process, for a restart."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OneLine(_FORMAT))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # It says in detail where a redirect leads, and a feed's address is as good as a password.
    logging.getLogger("httpcore2").setLevel(logging.WARNING)
    threading.excepthook = _end_of_thread


def _end_of_thread(args: threading.ExceptHookArgs) -> None:
    name = "?" if args.thread is None else args.thread.name
    problem = args.exc_value or SystemExit()
    logging.getLogger(__name__).critical("the thread %s died", name, exc_info=problem)
    os._exit(70)  # EX_SOFTWARE: a doorman with a dead thread looks alive and opens nothing
