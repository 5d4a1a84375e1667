"""`usciere visitor`: somebody's guests. The host is named by id or by email address."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from commands.failures import Failed
from commands.list_import import import_lines
from commands.members import named
from commands.office import Office, checked, filled, office
from commands.options import AsJson, Coded
from commands.paper import columns, show_columns, show_json
from daemon.access.words import stamp
from daemon.badge_key import key_of
from daemon.store import visitor_views, visitors
from daemon.store.asker import STAFF
from daemon.store.lines import VISITORS, number, visitor_lines, words
from daemon.store.visitor_checks import Reception, reception_of
from daemon.store.visitor_forms import NewVisitor, VisitorChange
from daemon.store.visitor_views import Visitor, Wanted
from devices import moments

app = typer.Typer(help="Visitors: add, list, show, change, end, import.", no_args_is_help=True)

Which = Annotated[str, typer.Argument(metavar="VISITOR", help="The id, see `visitor list`.")]
Email = Annotated[str | None, typer.Option(help="Their address.")]
Number = Annotated[str | None, typer.Option("--uid", help="The number of a card, in hex.")]
From = Annotated[str | None, typer.Option("--from", help="A date or an instant; else now.")]
Until = Annotated[str | None, typer.Option(help="A date, inclusive, or an instant.")]
Doors = Annotated[
    str | None, typer.Option(metavar="A,B", help="Doors they may open; else the entrances.")
]
Uses = Annotated[str | None, typer.Option(metavar="N", help="How often; else any number.")]
HostIn = Annotated[
    bool | None,
    typer.Option("--while-host-in/--even-without-host", help="Only while the host is in?"),
]


@app.command()
def add(  # noqa: PLR0913 - the fields of a visitor
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    *,
    host: Annotated[str, typer.Option(help="The host's id or email address.")],
    until: Annotated[str, typer.Option(help="A date, inclusive, or an instant.")],
    since: From = None,
    uid: Number = None,
    email: Email = None,
    doors: Doors = None,
    uses: Uses = None,
    while_host_in: HostIn = None,
    code: Coded = False,
    as_json: AsJson = False,
) -> None:
    """Announce a visitor; prints the new id, and after it the code that was asked for."""
    said = _said(since, until, doors, uses) | {"name": name, "uid": uid, "email": email}
    with office(ctx) as here:
        with here.reading() as session:
            said |= {"host": named(session, here, host).id, "while_host_in": while_host_in}
        said["code"] = code
        form = filled(NewVisitor, said)
        visitor = visitors.add_visitor(here.act, STAFF, form, _reception(here))
    if as_json:
        show_json(_plain(visitor))
    else:
        typer.echo(visitor.id if visitor.code is None else f"{visitor.id}  {visitor.code}")


@app.command("list")
def list_visitors(
    ctx: typer.Context,
    *,
    host: Annotated[str | None, typer.Option(help="Only this member's.")] = None,
    past: Annotated[bool, typer.Option("--all", help="Also who may come no more.")] = False,
    as_json: AsJson = False,
) -> None:
    """List who may come now or later."""
    with office(ctx) as here, here.reading() as session:
        owner = named(session, here, host).id if host else None
        wanted = Wanted(host=owner, since=None if past else here.act.at)
        found = visitor_views.visitors(session, here.site, wanted, STAFF)
        rows = [_row(each, here) for each in found]
    if as_json:
        show_json([_plain(each) for each in found])
        return
    show_columns(("id", "name", "host", "card", "from", "until", "doors", "uses", "arrived"), rows)


@app.command()
def show(ctx: typer.Context, visitor: Which, *, as_json: AsJson = False) -> None:
    """Show one visitor."""
    with office(ctx) as here, here.reading() as session:
        found = _plain(visitor_views.visitor_of(session, here.site, visitor, STAFF))
    if as_json:
        show_json(found)
        return
    said = [(key.replace("_", " "), str(value)) for key, value in found.items() if value]
    typer.echo("\n".join(columns(said)))


@app.command()
def change(  # noqa: PLR0913 - the fields of a visitor
    ctx: typer.Context,
    visitor: Which,
    *,
    name: Annotated[str | None, typer.Option(help="Their name.")] = None,
    since: From = None,
    until: Until = None,
    uid: Number = None,
    email: Email = None,
    doors: Doors = None,
    uses: Uses = None,
    while_host_in: HostIn = None,
) -> None:
    """Change what is said; an empty text clears. Holds from the next tap on."""
    texts = _said(since, until, doors, uses) | {"name": name, "uid": uid, "email": email}
    said = {key: value or None for key, value in texts.items() if value is not None}
    if while_host_in is not None:
        said["while_host_in"] = while_host_in
    if not said:
        raise Failed("nothing to change was said; name at least one option, see --help")
    form = checked(VisitorChange, said)
    with office(ctx) as here:
        visitors.change_visitor(here.act, STAFF, visitor, form, _reception(here))


@app.command()
def end(ctx: typer.Context, visitor: Which) -> None:
    """Take a visitor off the list: no door opens from the next tap on."""
    with office(ctx) as here:
        visitors.end_visitor(here.act, STAFF, visitor)


@app.command("import")
def import_file(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=f"Columns: {', '.join(VISITORS)}.")],
) -> None:
    """Announce all visitors of a CSV file, or none of them and every bad line told."""
    with office(ctx) as here:
        count = import_lines(here, file, visitor_lines(_reception(here)))
    typer.echo(f"imported {count} visitors")


def _said(
    since: str | None, until: str | None, doors: str | None, uses: str | None
) -> dict[str, object]:
    return {
        "from": since,
        "until": until,
        "doors": None if doors is None else words(doors),
        "uses": None if uses is None else number(uses),
    }


def _reception(here: Office) -> Reception:
    return reception_of(here.settings, key_of(here.settings.site.badge_key_file))


def _plain(visitor: Visitor) -> dict[str, object]:
    """Return a visitor as HTTP shows it."""
    fields = {"from" if key == "since" else key: value for key, value in asdict(visitor).items()}
    return {
        key: moments.shown(value) if isinstance(value, datetime) else value
        for key, value in fields.items()
    }


def _row(visitor: Visitor, here: Office) -> tuple[str, ...]:
    uses = "any" if visitor.uses is None else f"{visitor.uses_left} of {visitor.uses}"
    return (
        visitor.id,
        visitor.name,
        visitor.host,
        "-" if visitor.tail is None else f"…{visitor.tail}",
        stamp(visitor.since, here.zone),
        stamp(visitor.until, here.zone),
        ",".join(visitor.doors),
        uses,
        "-" if visitor.arrived is None else stamp(visitor.arrived, here.zone),
    )
