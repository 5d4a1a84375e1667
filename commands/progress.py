"""How far a long work is, on the terminal of whoever waits for it."""

from collections.abc import Callable

from rich.console import Console
from rich.progress import Progress


class bar:  # noqa: N801 - reads as the function it is
    """A progress bar on a terminal's stderr; called with how far it is, of how much."""

    def __init__(self, what: str) -> None:
        console = Console(stderr=True)
        self._progress = Progress(console=console, transient=True, disable=not console.is_terminal)
        self._task = self._progress.add_task(what, total=None)

    def __enter__(self) -> Callable[[int, int], None]:
        self._progress.start()
        return lambda done, total: self._progress.update(self._task, completed=done, total=total)

    def __exit__(self, *_: object) -> None:
        self._progress.stop()
