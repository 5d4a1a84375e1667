"""`usciere carnet`: prepaid entries and day passes, named by id; and what somebody has left."""

from dataclasses import asdict
from typing import Annotated

import typer

from commands.failures import Failed
from commands.members import named
from commands.office import changed, checked, filled, office
from commands.options import AsJson
from commands.paper import columns, show_columns, show_json
from daemon.store import carnets, members
from daemon.store.carnets import Balance, Carnet
from daemon.store.forms import CarnetChange, NewCarnet

app = typer.Typer(
    help="Prepaid entries: add, list, show, left, change, remove.", no_args_is_help=True
)

Who = Annotated[str, typer.Argument(metavar="MEMBER", help="The member's id or email address.")]
Which = Annotated[str, typer.Argument(metavar="CARNET", help="The carnet's id, see `carnet list`.")]
Label = Annotated[str | None, typer.Option(help="What people call it.")]
Since = Annotated[str | None, typer.Option(help="A date, or an instant with its offset.")]
Until = Annotated[str | None, typer.Option(help="A date, that day included, or an instant.")]
_HEADINGS = ("id", "member", "name", "label", "covers", "left", "of", "from", "until")


@app.command()
def add(  # noqa: PLR0913 - the fields of a carnet
    ctx: typer.Context,
    member: Who,
    *,
    entries: Annotated[int, typer.Option(help="How many entries.")] = 1,
    half: Annotated[bool, typer.Option("--half", help="An entry covers half a day.")] = False,
    day: Annotated[str | None, typer.Option(help="A day pass: good on this date only.")] = None,
    label: Label = None,
    valid_from: Since = None,
    valid_until: Until = None,
    as_json: AsJson = False,
) -> None:
    """Give a member prepaid entries; prints the carnet's id.

    They pay for entries when those of the month are used up; the hours and rooms are the plan's.
    """
    if day and (valid_from or valid_until):
        raise Failed("--day says from when until when; leave --valid-from and --valid-until out")
    said = {
        "entries": entries,
        "covers": "half-day" if half else "day",
        "label": label,
        "valid_from": day or valid_from,
        "valid_until": day or valid_until,
    }
    form = filled(NewCarnet, said)
    with office(ctx) as here:
        with here.reading() as session:
            owner = named(session, here, member)
        carnet = carnets.add_carnet(here.act, owner.id, form, here.settings.calendar())
    if as_json:
        show_json(asdict(carnet))
    else:
        typer.echo(carnet.id)


@app.command("list")
def list_carnets(
    ctx: typer.Context,
    *,
    member: Annotated[str | None, typer.Option(help="Only this member's.")] = None,
    as_json: AsJson = False,
) -> None:
    """List carnets, used up and expired ones as well."""
    with office(ctx) as here, here.reading() as session:
        owner = named(session, here, member).id if member else None
        found = carnets.carnets(session, here.site, owner)
        names = members.names_of(session, here.site, [each.member for each in found])
    if as_json:
        show_json([asdict(each) for each in found])
        return
    show_columns(_HEADINGS, [_row(each, names.get(each.member, "?")) for each in found])


@app.command()
def show(ctx: typer.Context, carnet: Which, *, as_json: AsJson = False) -> None:
    """Show one carnet."""
    with office(ctx) as here, here.reading() as session:
        found = carnets.carnet_of(session, here.site, carnet)
    if as_json:
        show_json(asdict(found))
        return
    fields = [(key.replace("_", " "), str(value)) for key, value in asdict(found).items()]
    typer.echo("\n".join(columns([each for each in fields if each[1] != "None"])))


@app.command()
def left(ctx: typer.Context, member: Who, *, as_json: AsJson = False) -> None:
    """Show what a member has left of this month's entries and of carnets."""
    with office(ctx) as here, here.reading() as session:
        owner = named(session, here, member)
        calendar = here.settings.calendar()
        found = carnets.balance_of(session, here.site, owner.id, here.act.at, calendar)
    if as_json:
        show_json(asdict(found))
        return
    typer.echo(_month(found))
    if found.carnets:
        show_columns(_HEADINGS, [_row(each, owner.name) for each in found.carnets])


@app.command()
def change(  # noqa: PLR0913 - the fields of a carnet
    ctx: typer.Context,
    carnet: Which,
    *,
    entries: Annotated[int | None, typer.Option(help="How many entries, used ones too.")] = None,
    label: Label = None,
    valid_from: Since = None,
    valid_until: Until = None,
) -> None:
    """Change what is said; an empty text clears. Holds from the next tap on."""
    number = {} if entries is None else {"entries": entries}
    words = {"label": label, "valid_from": valid_from, "valid_until": valid_until}
    if not number or any(word is not None for word in words.values()):
        number |= changed(CarnetChange, words).model_dump(exclude_unset=True)
    form = checked(CarnetChange, number)
    with office(ctx) as here:
        carnets.change_carnet(here.act, carnet, form, here.settings.calendar())


@app.command()
def remove(ctx: typer.Context, carnet: Which) -> None:
    """Take back a carnet of which nothing was used."""
    with office(ctx) as here:
        carnets.remove_carnet(here.act, carnet)


def _month(found: Balance) -> str:
    if found.left is None:
        return "the plan counts no entries"
    over = f", {found.over} too many" if found.over else ""
    return f"{found.month}: {found.left} left of {found.per_month}{over}"


def _row(carnet: Carnet, name: str) -> tuple[str, ...]:
    return (
        carnet.id,
        carnet.member,
        name,
        carnet.label or "-",
        carnet.covers,
        str(carnet.left),
        str(carnet.entries),
        carnet.valid_from or "-",
        carnet.valid_until or "-",
    )
