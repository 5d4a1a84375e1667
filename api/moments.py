"""Moments and short texts in requests: RFC 3339 with an offset in, UTC out."""

from typing import Annotated

from pydantic import Field

from daemon.store.forms import Line
from daemon.store.instants import Instant

__all__ = ["Instant", "Why"]

Why = Annotated[Line, Field(description="why, in a few words; the journal keeps it")]
