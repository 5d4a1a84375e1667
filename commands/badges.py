"""`usciere badge`: cards, fobs and phones, named by id; a number is never shown."""

from dataclasses import asdict
from typing import Annotated

import typer

from commands.enrolling import Waiting, enrol, place_of
from commands.members import named
from commands.office import changed, filled, office
from commands.options import AsJson, Uid
from commands.paper import columns, show_columns, show_json
from daemon.access.facts import BadgeStatus
from daemon.badge_key import key_of
from daemon.store import badges, members
from daemon.store.badges import Badge, Lab
from daemon.store.forms import BadgeChange, NewBadge, NewEnrolment

app = typer.Typer(
    help="Badges: add, enrol, list, show, change, block, unblock, lost.", no_args_is_help=True
)

Who = Annotated[str, typer.Argument(metavar="MEMBER", help="The member's id or email address.")]
Which = Annotated[str, typer.Argument(metavar="BADGE", help="The badge's id, see `badge list`.")]
Label = Annotated[str | None, typer.Option(help="What people call it.")]
Until = Annotated[str | None, typer.Option(help="A date, or an instant with its offset.")]


@app.command()
def add(  # noqa: PLR0913 - the fields of a badge
    ctx: typer.Context,
    member: Who,
    uid: Uid,
    *,
    uid_format: Annotated[str | None, typer.Option(help="How the number is written.")] = None,
    label: Label = None,
    valid_until: Until = None,
    as_json: AsJson = False,
) -> None:
    """Give a member a badge; prints the badge's id."""
    said = {"uid": uid, "uid_format": uid_format, "label": label, "valid_until": valid_until}
    form = filled(NewBadge, said)
    with office(ctx) as here:
        with here.reading() as session:
            owner = named(session, here, member)
        lab = Lab(key_of(here.settings.site.badge_key_file), here.zone)
        badge = badges.add_badge(here.act, owner.id, form, lab)
    if as_json:
        show_json(asdict(badge))
    else:
        typer.echo(badge.id)


@app.command("enrol")
def enrol_badge(
    ctx: typer.Context,
    member: Who,
    *,
    reader: Annotated[
        str | None, typer.Option(metavar="DOOR/READER", help="Where; the only one if left out.")
    ] = None,
    label: Label = None,
    as_json: AsJson = False,
) -> None:
    """Give a member the next unknown badge that is held to a reader; prints the badge's id."""
    with office(ctx) as here:
        with here.reading() as session:
            owner = named(session, here, member)
        door, at = place_of(here.settings, reader)
        form = filled(NewEnrolment, {"member": owner.id, "door": door, "label": label})
        enrol(here, form, at, Waiting(), as_json=as_json)


@app.command("list")
def list_badges(
    ctx: typer.Context,
    *,
    member: Annotated[str | None, typer.Option(help="Only this member's.")] = None,
    as_json: AsJson = False,
) -> None:
    """List badges; of each number only the last four digits are known."""
    with office(ctx) as here, here.reading() as session:
        owner = named(session, here, member).id if member else None
        found = badges.badges(session, here.site, owner)
        names = members.names_of(session, here.site, [each.member for each in found])
    if as_json:
        show_json([asdict(each) for each in found])
        return
    headings = ("id", "number", "member", "name", "label", "status", "until")
    show_columns(headings, [_row(each, names.get(each.member, "?")) for each in found])


@app.command()
def show(ctx: typer.Context, badge: Which, *, as_json: AsJson = False) -> None:
    """Show one badge."""
    with office(ctx) as here, here.reading() as session:
        found = badges.badge_of(session, here.site, badge)
    if as_json:
        show_json(asdict(found))
        return
    fields = asdict(found).items()
    typer.echo("\n".join(columns([(key.replace("_", " "), str(v)) for key, v in fields if v])))


@app.command()
def change(
    ctx: typer.Context, badge: Which, *, label: Label = None, valid_until: Until = None
) -> None:
    """Change what is said; an empty text clears. Holds from the next tap on."""
    _change(ctx, badge, changed(BadgeChange, {"label": label, "valid_until": valid_until}))


@app.command()
def block(ctx: typer.Context, badge: Which) -> None:
    """Let this badge open nothing from the next tap on."""
    _change(ctx, badge, BadgeChange(status=BadgeStatus.BLOCKED))


@app.command()
def unblock(ctx: typer.Context, badge: Which) -> None:
    """Let a blocked or found badge open again."""
    _change(ctx, badge, BadgeChange(status=BadgeStatus.ACTIVE))


@app.command()
def lost(ctx: typer.Context, badge: Which) -> None:
    """Keep that this badge is lost: it opens nothing, whoever holds it."""
    _change(ctx, badge, BadgeChange(status=BadgeStatus.LOST))


@app.command()
def remove(ctx: typer.Context, badge: Which) -> None:
    """Take a badge back: its number is unknown from then on, and free for somebody else."""
    with office(ctx) as here:
        badges.remove_badge(here.act, badge)


def _change(ctx: typer.Context, badge: str, form: BadgeChange) -> None:
    with office(ctx) as here:
        badges.change_badge(here.act, badge, form, here.zone)


def _row(badge: Badge, name: str) -> tuple[str, ...]:
    until = badge.valid_until or "-"
    return (
        badge.id,
        f"…{badge.tail}",
        badge.member,
        name,
        badge.label or "-",
        badge.status,
        until,
    )
