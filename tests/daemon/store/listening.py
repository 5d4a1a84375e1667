"""A cursor that keeps what it was asked."""

from typing import Any


class Listening:
    """Stands before a driver's cursor; `heard` is every statement with its parameters."""

    def __init__(self, inner: Any) -> None:  # a driver's cursor
        self._inner = inner
        self.heard: list[tuple[str, Any]] = []

    def execute(self, sql: str, parameters: Any, /) -> object:  # shapes differ by driver
        """Keep one statement and run it."""
        self.heard.append((sql, parameters))
        return self._inner.execute(sql, parameters)

    def __getattr__(self, name: str) -> Any:  # whatever else a cursor has
        return getattr(self._inner, name)
