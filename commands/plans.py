"""`usciere plan`: what a membership allows. A plan's hours are written as a porter would."""

from dataclasses import asdict
from typing import Annotated

import typer

from commands.failures import Failed
from commands.office import checked, filled, office
from commands.options import AsJson
from commands.paper import columns, show_columns, show_json
from daemon.store import terms
from daemon.store.forms import NewPlan, PlanChange
from daemon.store.terms import Terms
from daemon.store.windows import hours_of, hours_text

app = typer.Typer(help="Plans: add, list, show, change, remove.", no_args_is_help=True)

PlanId = Annotated[str, typer.Argument(metavar="PLAN", help="The plan's id.")]
Name = Annotated[str | None, typer.Option(help="What people call it.")]
Hours = Annotated[
    list[str] | None,
    typer.Option(
        metavar="WINDOW",
        help="A window such as `mon-fri 08:00-20:00`, once for each; `always`, `never`.",
    ),
]
Holidays = Annotated[
    bool | None, typer.Option("--holidays/--no-holidays", help="Also on holidays?")
]
Entries = Annotated[
    str | None, typer.Option(metavar="N", help="Entries a month; `unlimited` for no limit.")
]
Rooms = Annotated[
    str | None, typer.Option(metavar="A,B", help="Rooms; `all` means all that are not bookable.")
]
_UNLIMITED, _ALL = "unlimited", "all"


@app.command()
def add(  # noqa: PLR0913 - the fields of a plan
    ctx: typer.Context,
    plan: PlanId,
    *,
    name: Name = None,
    hours: Hours = None,
    holidays: Holidays = None,
    entries: Entries = None,
    rooms: Rooms = None,
) -> None:
    """Add a plan; without hours it holds always."""
    said = _said(hours, holidays, entries, rooms) | {"id": plan, "name": name}
    form = filled(NewPlan, said)
    with office(ctx) as here:
        terms.add_plan(here.act, form, here.rooms)


@app.command("list")
def list_plans(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """List all plans."""
    with office(ctx) as here, here.reading() as session:
        found = terms.plans(session, here.site)
    if as_json:
        show_json([asdict(each) for each in found])
        return
    headings = ("id", "name", "hours", "holidays", "entries", "rooms")
    show_columns(headings, [_row(each) for each in found])


@app.command()
def show(ctx: typer.Context, plan: PlanId, *, as_json: AsJson = False) -> None:
    """Show one plan."""
    with office(ctx) as here, here.reading() as session:
        found = terms.plan_terms(session, here.site, plan)
    if as_json:
        show_json(asdict(found))
        return
    headings = ("id", "name", "hours", "holidays", "entries", "rooms")
    typer.echo("\n".join(columns(list(zip(headings, _row(found), strict=True)))))


@app.command()
def change(  # noqa: PLR0913 - the fields of a plan
    ctx: typer.Context,
    plan: PlanId,
    *,
    name: Name = None,
    hours: Hours = None,
    holidays: Holidays = None,
    entries: Entries = None,
    rooms: Rooms = None,
) -> None:
    """Change what is said, and nothing else. Holds from the next tap on."""
    said = _said(hours, holidays, entries, rooms)
    if name is not None:
        said["name"] = name or None
    if not said:
        raise Failed("nothing to change was said; name at least one option, see --help")
    form = checked(PlanChange, said)
    with office(ctx) as here:
        terms.change_plan(here.act, plan, form, here.rooms)


@app.command()
def remove(ctx: typer.Context, plan: PlanId) -> None:
    """Drop a plan that no member has."""
    with office(ctx) as here:
        terms.remove_plan(here.act, plan)


def _said(
    hours: list[str] | None,
    holidays: bool | None,  # noqa: FBT001 - an option among options
    entries: str | None,
    rooms: str | None,
) -> dict[str, object]:
    """Return what was said of a plan, by field; None stands for always, unlimited, all."""
    said: dict[str, object] = {}
    if hours:
        said["hours"] = hours_of(hours)
    if holidays is not None:
        said["holidays"] = holidays
    if entries is not None:
        said["entries_per_month"] = None if entries == _UNLIMITED else _number(entries)
    if rooms is not None:
        said["rooms"] = None if rooms == _ALL else [each for each in rooms.split(",") if each]
    return said


def _number(text: str) -> int | str:
    return int(text) if text.isdecimal() and len(text) < len("10000") else text


def _row(plan: Terms) -> tuple[str, ...]:
    rooms = _ALL if plan.rooms is None else ",".join(plan.rooms) or "none"
    entries = _UNLIMITED if plan.entries_per_month is None else str(plan.entries_per_month)
    holidays = "yes" if plan.holidays else "no"
    return plan.id, plan.name or "-", hours_text(plan.hours), holidays, entries, rooms
