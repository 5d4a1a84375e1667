"""`usciere explain`: the decision, as `tap` prints it, and every rule on the way to it."""

from typing import Annotated

import typer

from commands.building import door_of, reader_of
from commands.office import office
from commands.options import AsJson, DoorId, ReaderId, Uid
from commands.paper import columns, decision, show_json
from daemon.access.decide import Finding
from daemon.badge_key import key_of
from daemon.explanation import Explanation, Supposed, explanation
from daemon.house import house_of
from daemon.identity import card_of
from devices import moments
from devices import uid as uids
from devices.clock import now
from devices.uid_formats import Number

app = typer.Typer()


@app.command()
def explain(  # noqa: PLR0913 - what a tap is made of
    ctx: typer.Context,
    door: DoorId,
    uid: Uid,
    *,
    at: Annotated[
        str | None, typer.Option(metavar="TIME", help="RFC 3339 with its offset; else now.")
    ] = None,
    reader: ReaderId = None,
    proven: Annotated[
        bool, typer.Option("--proven", help="As if the badge had proved to be genuine.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say what a tap would be answered, and what every rule says to it; opens nothing.

    Exit status 0 if the door would open, 1 if it would not.
    """
    moment = now() if at is None else moments.parse(at)
    number = uids.parse(uid)
    with office(ctx) as here:
        where = door_of(here.settings, door)
        card = card_of(Number(number), key_of(here.settings.site.badge_key_file))
        tap = Supposed(where.id, reader_of(where, reader), moment, card, proven=proven)
        found = explanation(here.store, house_of(here.settings), tap, now())
    if as_json:
        rules = [{"rule": f.rule, "passed": f.passed, "detail": f.detail} for f in found.rules]
        said = {"granted": found.granted, "reason": found.reason.value, "message": found.message}
        show_json({**said, "rules": rules})
    else:
        _show(found)
    raise typer.Exit(0 if found.granted else 1)


def _show(found: Explanation) -> None:
    reason = found.reason.value
    typer.echo(decision(granted=found.granted, reason=reason, message=found.message))
    typer.echo("\n".join(columns([_row(finding) for finding in found.rules], indent="  ")))


def _row(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, "yes" if finding.passed else "no", finding.detail
