"""Moves the schema from one version to another, inside the caller's transaction."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from daemon.store.migrations import FOLDER


def config_of(connection: Connection) -> Config:
    """Return what Alembic must know, without a file."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection, to: str = "head") -> None:
    """Bring the schema up to a revision."""
    command.upgrade(config_of(connection), to)


def downgrade(connection: Connection, to: str) -> None:
    """Bring the schema down to a revision; `base` is the empty database."""
    command.downgrade(config_of(connection), to)
