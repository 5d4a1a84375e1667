"""Gives a member a PIN: typed twice at a terminal, or read from standard input, never from argv."""

import typer

from commands.failures import Failed
from commands.members import named
from commands.office import office
from daemon.badge_key import key_of
from daemon.pins import LONGEST, SHORTEST, is_pin, pin_hash
from daemon.store import member_pins


def set_or_remove(ctx: typer.Context, member: str, *, remove: bool) -> None:
    """Set the PIN that is typed, or take the member's away; raises Failed, Unknown."""
    digits = "" if remove else typer.prompt("PIN", hide_input=True, confirmation_prompt=True)
    if not remove and not is_pin(digits):
        raise Failed(f"a PIN has {SHORTEST} to {LONGEST} digits and nothing else")
    with office(ctx) as here:
        with here.reading() as session:
            found = named(session, here, member)
        if remove:
            member_pins.drop_pin(here.act, found.id)
            return
        key = key_of(here.settings.site.badge_key_file)
        member_pins.set_pin(here.act, found.id, pin_hash(found.id, digits, key))
