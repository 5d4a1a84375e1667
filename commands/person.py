"""`usciere person`: what a person may ask for: all that is kept of them, and to be forgotten."""

from typing import Annotated

import typer

from commands.failures import Failed
from commands.office import office
from commands.options import Yes
from commands.paper import show_json
from daemon.privacy.person import erase as erase_person
from daemon.privacy.person import export as export_person

app = typer.Typer(help="Data protection: export, erase.", no_args_is_help=True)
Who = Annotated[str, typer.Argument(metavar="ID", help="A member's id, see `member list`.")]


@app.command()
def export(ctx: typer.Context, person: Who) -> None:
    """Print everything that is kept of a member as JSON (GDPR, article 15 and 20)."""
    with office(ctx) as here, here.reading() as session:
        found = export_person(session, here.site, person)
    show_json(found)


@app.command()
def erase(ctx: typer.Context, person: Who, *, yes: Yes = False) -> None:
    """Let a member leave and be nobody (article 17): names go, sums stay; nothing brings it back.

    Copies made before, see `usciere backup`, still have them until they are thrown away.
    """
    if not yes and not typer.confirm(f"erase {person} for good?", err=True):
        raise Failed("nothing was erased")
    with office(ctx) as here:
        erase_person(here.act, here.settings.calendar(), person)
    typer.echo(f"erased {person}")
