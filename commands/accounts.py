"""`usciere account`: who signs in at the pages. A one-time code is shown once, alone on stdout."""

from dataclasses import asdict
from typing import Annotated

import typer

from commands.members import id_of
from commands.office import office
from commands.options import AsJson
from commands.paper import show_columns, show_json
from daemon.store import accounts, one_time_codes

app = typer.Typer(help="Accounts: create, list, reset, end.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="ACCOUNT", help="The name to sign in with.")]


@app.command()
def create(
    ctx: typer.Context,
    name: Name,
    *,
    member: Annotated[
        str, typer.Option(metavar="MEMBER", help="The member's id or email address.")
    ],
) -> None:
    """Give a member an account; print the one-time code to choose a password at /login/first."""
    with office(ctx) as here:
        with here.reading() as session:
            owner = id_of(session, here, member)
        accounts.add_account(here.act, owner, name)
        code = one_time_codes.reset_code(here.act, name)
    typer.echo(code)


@app.command("list")
def list_accounts(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """List all accounts, the ended ones too."""
    with office(ctx) as here, here.reading() as session:
        found = accounts.accounts(session, here.site)
    if as_json:
        show_json([asdict(each) for each in found])
        return
    rows = [
        (
            each.name,
            each.member_name or each.member,
            each.role or "-",
            "yes" if each.ready else "no",
            each.created,
            each.ended or "-",
        )
        for each in found
    ]
    show_columns(("account", "member", "role", "ready", "created", "ended"), rows)


@app.command()
def reset(ctx: typer.Context, name: Name) -> None:
    """Sign it out everywhere; print a one-time code to choose a new password within a day."""
    with office(ctx) as here:
        code = one_time_codes.reset_code(here.act, name)
    typer.echo(code)


@app.command()
def end(ctx: typer.Context, name: Name) -> None:
    """End an account and its sessions from the next request on."""
    with office(ctx) as here:
        accounts.end_account(here.act, name)
