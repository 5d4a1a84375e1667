"""`usciere token`: who may use HTTP, in which role. A token is shown once, alone on stdout."""

from dataclasses import asdict
from typing import Annotated

import typer

from commands.office import filled, office
from commands.options import AsJson
from commands.paper import show_columns, show_json
from daemon.store import tokens
from daemon.store.forms import NewToken

app = typer.Typer(help="API tokens: create, list, revoke.", no_args_is_help=True)


@app.command()
def create(
    ctx: typer.Context,
    *,
    name: Annotated[str, typer.Option(help="What it is for.")],
    role: Annotated[str, typer.Option(help="kiosk, member, staff or admin.")],
    member: Annotated[str | None, typer.Option(metavar="ID", help="Whose it is.")] = None,
) -> None:
    """Print a new token, once and alone; nobody can read it again."""
    form = filled(NewToken, {"name": name, "role": role, "member": member})
    with office(ctx) as here:
        _, secret = tokens.add_token(here.act, form)
    typer.echo(secret)


@app.command("list")
def list_tokens(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """List all tokens, the revoked ones too."""
    with office(ctx) as here, here.reading() as session:
        found = tokens.tokens(session, here.site)
    if as_json:
        show_json([asdict(each) for each in found])
        return
    rows = [
        (each.id, each.name, each.role, each.member or "-", each.created, each.revoked or "-")
        for each in found
    ]
    show_columns(("id", "name", "role", "member", "created", "revoked"), rows)


@app.command()
def revoke(
    ctx: typer.Context,
    token: Annotated[str, typer.Argument(metavar="ID", help="The token's id, see `token list`.")],
) -> None:
    """Make a token worthless from the next request on."""
    with office(ctx) as here:
        tokens.revoke_token(here.act, token)
