"""What every table of a configuration is."""

from pydantic import BaseModel, ConfigDict


class Table(BaseModel):
    """A TOML table: its keys, no others, in their own types."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", validate_default=True)
