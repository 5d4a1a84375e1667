"""PINs as staff give them: set anew, taken away, never shown."""

from sqlalchemy import delete

from daemon.store import members
from daemon.store.people import Act, Noted, page_of
from daemon.store.tables import PinRow


def set_pin(act: Act, member: str, kept: bytes) -> None:
    """Keep a member's PIN by its hash; wrong ones before it are forgiven. Raises Unknown."""
    with page_of(act) as page:
        members.member_of(page.session, act.site, member)
        page.session.merge(PinRow(site=act.site, member=member, hash=kept, wrong=0, wrong_at=None))
        page.note(Noted("pin-set", member, member=member))


def drop_pin(act: Act, member: str) -> None:
    """Let a member be without a PIN; nothing is written where there was none. Raises Unknown."""
    with page_of(act) as page:
        members.member_of(page.session, act.site, member)
        mine = (PinRow.site == act.site, PinRow.member == member)
        gone = page.session.execute(delete(PinRow).where(*mine).returning(PinRow.member)).all()
        if gone:
            page.note(Noted("pin-removed", member, member=member))
