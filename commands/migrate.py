"""`usciere migrate`: the database schema of this version, and the site's own row."""

import typer

from commands.building import settings_of
from daemon.store.engine import Store
from daemon.store.schema import SchemaState, prepare, state

app = typer.Typer()
_SAID = {
    SchemaState.CURRENT: "the schema is that of this version already",
    SchemaState.BEHIND: "the schema was brought to this version",
    SchemaState.EMPTY: "the schema was made",
}


@app.command()
def migrate(ctx: typer.Context) -> None:
    """Bring the database schema to this version; what is there already is kept."""
    settings = settings_of(ctx)
    store = Store(settings.database.url)
    try:
        before = state(store)
        prepare(store, settings.site.id)
    finally:
        store.close()
    typer.echo(_SAID.get(before, "the schema is newer than this version"))
