"""Codes to type in, for who has no card: a reader with keys sends one as it sends a card's number.

A code is kept like any card: its keyed hash and the last four digits. It is shown once.
"""

import secrets

from sqlalchemy import exists, select

from daemon.store.badges import Lab
from daemon.store.people import Page
from daemon.store.tables import BadgeRow, PassRow, VisitorRow
from devices import uid
from devices.uid import Uid

_DIGITS = 8
"""Four bytes as a reader in hex takes them; after five wrong ones a reader stops asking."""


def new_code(page: Page, lab: Lab) -> str:
    """Return eight digits that are nobody's badge, card or code yet."""
    while True:
        code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
        number = uid.parse(code)
        if uid.never_a_badge(number) is None and not _is_taken(page, number, lab):
            return code


def _is_taken(page: Page, number: Uid, lab: Lab) -> bool:
    hashed = uid.keyed_hash(number, lab.key)
    taken = [
        exists().where(table.site == page.site, table.hash == hashed)
        for table in (BadgeRow, PassRow, VisitorRow)
    ]
    with page.session.no_autoflush:
        return any(page.session.scalar(select(each)) for each in taken)
