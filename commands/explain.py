"""`usciere explain`: the decision, as `tap` prints it, and every rule on the way to it."""

from datetime import datetime
from typing import Annotated

import typer

from commands.building import door_of, reader_of
from commands.office import Office, office
from commands.options import AsJson, DoorId, ReaderId, Uid
from commands.paper import columns, decision, show_json
from daemon.access.decide import Finding
from daemon.access.decide import explain as explained
from daemon.access.verdict import Granted, Verdict
from daemon.badge_key import key_of
from daemon.feedback import Said, text_for
from daemon.house import house_of
from daemon.store.book import reading_book
from daemon.store.sight import Question, look
from devices import moments
from devices import uid as uids
from devices.clock import now

app = typer.Typer()
_NOBODY_SENT = "explain"


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
    as_json: AsJson = False,
) -> None:
    """Say what a tap would be answered, and what every rule says to it; opens nothing.

    Exit status 0 if the door would open, 1 if it would not.
    """
    moment = now() if at is None else moments.parse(at)
    number = uids.parse(uid)
    with office(ctx) as here:
        where = door_of(here.settings, door)
        key = key_of(here.settings.site.badge_key_file)
        hashed = uids.keyed_hash(number, key)
        question = Question(where.id, reader_of(where, reader), hashed, _NOBODY_SENT, moment)
        verdict, message, findings = _explained(here, question)
    granted = isinstance(verdict, Granted)
    if as_json:
        rules = [{"rule": f.rule, "passed": f.passed, "detail": f.detail} for f in findings]
        reason = verdict.reason.value
        show_json({"granted": granted, "reason": reason, "message": message, "rules": rules})
    else:
        typer.echo(decision(granted=granted, reason=verdict.reason.value, message=message))
        typer.echo("\n".join(columns([_row(finding) for finding in findings], indent="  ")))
    raise typer.Exit(0 if granted else 1)


def _explained(here: Office, question: Question) -> tuple[Verdict, str, tuple[Finding, ...]]:
    house = house_of(here.settings)
    with reading_book(here.store, here.site) as book:
        sight = look(book, house, question)
    verdict, findings = explained(sight.facts, question.at, house.language)
    said = Said(
        None,
        sight.language or house.language,
        sight.name,
        None,
        _local(question.at, here),
    )
    return verdict, text_for(said, verdict), findings


def _local(at: datetime, here: Office) -> datetime:
    return at.astimezone(here.zone)


def _row(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, "yes" if finding.passed else "no", finding.detail
