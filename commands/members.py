"""`usciere member`: the people. A member is named by id or by email address."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from commands.office import Office, changed, filled, office
from commands.options import AsJson
from commands.paper import columns, show_columns, show_json
from daemon.access.facts import MemberStatus
from daemon.store import badges, members
from daemon.store.forms import MemberChange, NewMember
from daemon.store.members import Member

app = typer.Typer(help="Members: add, list, show, change, block, import.", no_args_is_help=True)

Who = Annotated[str, typer.Argument(metavar="MEMBER", help="The member's id or email address.")]
Email = Annotated[str | None, typer.Option(help="Nobody else's address.")]
PlanId = Annotated[str | None, typer.Option(help="The id of a plan.")]
RoleWord = Annotated[str | None, typer.Option(help="member, staff or admin.")]
Date = Annotated[str | None, typer.Option(help="A date, or an instant with its offset.")]
Language = Annotated[str | None, typer.Option(help="it or en.")]
Visibility = Annotated[str | None, typer.Option(help="hidden, count or members.")]


@app.command()
def add(  # noqa: PLR0913 - the fields of a member
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    *,
    email: Email = None,
    plan: PlanId = None,
    role: RoleWord = None,
    valid_from: Date = None,
    valid_until: Date = None,
    language: Language = None,
    visibility: Visibility = None,
    as_json: AsJson = False,
) -> None:
    """Add a member; prints the new id."""
    said = {
        "name": name,
        "email": email,
        "plan": plan,
        "role": role,
        "valid_from": valid_from,
        "valid_until": valid_until,
        "language": language,
        "visibility": visibility,
    }
    form = filled(NewMember, said)
    with office(ctx) as here:
        member = members.add_member(here.act, form, here.zone)
    _show(member, as_json=as_json)


@app.command("list")
def list_members(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """List all members by name."""
    with office(ctx) as here, here.reading() as session:
        found = members.members(session, here.site)
    if as_json:
        show_json([asdict(each) for each in found])
        return
    headings = ("id", "name", "email", "plan", "role", "status", "until")
    show_columns(headings, [_row(each) for each in found])


@app.command()
def show(ctx: typer.Context, member: Who, *, as_json: AsJson = False) -> None:
    """Show one member and the member's badges."""
    with office(ctx) as here, here.reading() as session:
        found = named(session, here, member)
        cards = badges.badges(session, here.site, found.id)
    fields = asdict(found)
    if as_json:
        show_json({**fields, "badges": [asdict(card) for card in cards]})
        return
    lines = [(key.replace("_", " "), str(value)) for key, value in fields.items() if value]
    lines += [("badge", f"{card.id}  …{card.tail}  {card.status}") for card in cards]
    typer.echo("\n".join(columns(lines)))


@app.command()
def change(  # noqa: PLR0913 - the fields of a member
    ctx: typer.Context,
    member: Who,
    *,
    name: Annotated[str | None, typer.Option(help="The full name.")] = None,
    email: Email = None,
    plan: PlanId = None,
    role: RoleWord = None,
    valid_from: Date = None,
    valid_until: Date = None,
    language: Language = None,
    visibility: Visibility = None,
) -> None:
    """Change what is said, and nothing else; an empty text clears. Holds from the next tap on."""
    said = {
        "name": name,
        "email": email,
        "plan": plan,
        "role": role,
        "valid_from": valid_from,
        "valid_until": valid_until,
        "language": language,
        "visibility": visibility,
    }
    _change(ctx, member, changed(MemberChange, said))


@app.command()
def block(ctx: typer.Context, member: Who) -> None:
    """Suspend a member: no badge of theirs opens anything from the next tap on."""
    _change(ctx, member, MemberChange(status=MemberStatus.SUSPENDED))


@app.command()
def unblock(ctx: typer.Context, member: Who) -> None:
    """Welcome a suspended member back."""
    _change(ctx, member, MemberChange(status=MemberStatus.ACTIVE))


@app.command()
def pin(
    ctx: typer.Context,
    member: Who,
    *,
    remove: Annotated[bool, typer.Option("--remove", help="Take it away instead.")] = False,
) -> None:
    """Give a member a PIN for the doors that ask for one; asks for it, shows it nowhere."""
    from commands.member_pin import set_or_remove  # noqa: PLC0415 - only this command needs the key

    set_or_remove(ctx, member, remove=remove)


@app.command()
def remove(ctx: typer.Context, member: Who) -> None:
    """Let a member leave: badges and tokens go, visits and journal stay."""
    with office(ctx) as here:
        with here.reading() as session:
            found = named(session, here, member)
        members.remove_member(here.act, found.id)


@app.command("import")
def import_file(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.csv")],
    *,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Import the good lines even if some are bad.")
    ] = False,
) -> None:
    """Import members and badges from a CSV file; all of it, or with one bad line nothing.

    Columns, in any order, `;` or `,` between them: name, email, plan, role, valid_from,
    valid_until, status, language, visibility, badge, label, badge_valid_until. Only `name` is
    needed; a person with several badges has a line for each, all with the same email.
    """
    from commands.importing import import_people  # noqa: PLC0415 - only this command needs rich

    import_people(ctx, file, skip_bad=skip_bad)


@app.command("export")
def export_file(ctx: typer.Context) -> None:
    """Print all members as CSV, as `import` reads it; without badge numbers, which nobody knows."""
    from commands.importing import export_people  # noqa: PLC0415 - as above

    export_people(ctx)


def named(session: Session, here: Office, member: str) -> Member:
    """Return the member with this id or address; raises Unknown."""
    if "@" in member:
        return members.member_with_email(session, here.site, member)
    return members.member_of(session, here.site, member)


def id_of(session: Session, here: Office, said: str) -> str:
    """Return the id of who is named by an address; an id is given back, for the form to refuse."""
    return members.member_with_email(session, here.site, said).id if "@" in said else said


def _change(ctx: typer.Context, member: str, form: MemberChange) -> None:
    with office(ctx) as here:
        with here.reading() as session:
            found = named(session, here, member)
        members.change_member(here.act, found.id, form, here.zone)


def _show(member: Member, *, as_json: bool) -> None:
    if as_json:
        show_json(asdict(member))
    else:
        typer.echo(member.id)


def _row(member: Member) -> tuple[str, ...]:
    return (
        member.id,
        member.name,
        member.email or "-",
        member.plan or "-",
        member.role,
        member.status,
        member.valid_until or "-",
    )
