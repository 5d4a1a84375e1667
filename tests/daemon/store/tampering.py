"""Somebody with the database in hand, who changes the journal and mends what he knows of."""

from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from sqlalchemy import Boolean, LargeBinary, delete, insert, select, update
from sqlalchemy.orm import Session

from daemon.store.chain import COLUMNS, PUBLIC, Verdict
from daemon.store.engine import Store
from daemon.store.headfile import HeadFile
from daemon.store.journal import FIRST_HASH, chained
from daemon.store.tables import JournalRow, SiteRow
from daemon.store.verify import verify
from tests.daemon.store.building import SITE

Row = dict[str, object]
_OTHERS: Row = {"site": "annex", "kind": "staff", "hash": "f" * 64, "commitment": "e" * 64}


class Archive:
    """A journal, its rows to put back, and the head kept apart."""

    def __init__(self, store: Store, apart: Path) -> None:
        self.store = store
        self.apart = apart
        with store.reading() as session:
            entries = session.scalars(select(JournalRow).order_by(JournalRow.seq))
            self.rows: list[Row] = [
                {name: getattr(entry, name) for name in ("site", *COLUMNS)} for entry in entries
            ]
            site = session.get_one(SiteRow, SITE)
            self.head = (site.seq, site.head)
        HeadFile(apart).note(*self.head)

    def restore(self) -> None:
        """Put everything back as it was."""
        with self.store.writing() as session:
            session.execute(delete(JournalRow))
            session.execute(insert(JournalRow), self.rows)
            session.execute(update(SiteRow).values(seq=self.head[0], head=self.head[1]))

    def hash_before(self, seq: int) -> str:
        """Return what the entry `seq` builds on."""
        return FIRST_HASH if seq == 1 else str(self.rows[seq - 2]["hash"])

    def verdict(self, *, apart: bool = True) -> Verdict:
        """Verify the journal, with or without the head kept apart."""
        return verify(self.store, SITE, self.apart if apart else None, lambda *_: None)


class Burglar:
    """Tampers by chance; each way returns the first entry that is then not as it was."""

    def __init__(self, archive: Archive, session: Session, chance: Random) -> None:
        self._archive = archive
        self._session = session
        self._chance = chance
        self._last = len(archive.rows)

    def flip(self) -> int:
        """Change one column of one entry, whatever it is."""
        seq = self._chance.randint(1, self._last)
        name = self._chance.choice(["site", *COLUMNS])
        self._set(seq, {name: self._other(name, self._archive.rows[seq - 1][name])})
        return seq

    def remove(self) -> int:
        """Take out one entry."""
        seq = self._chance.randint(1, self._last)
        self._session.execute(delete(JournalRow).where(JournalRow.seq == seq))
        return seq

    def swap(self) -> int:
        """Let two entries change places."""
        first, second = sorted(self._chance.sample(range(1, self._last + 1), 2))
        for old, new in ((first, 0), (second, first), (0, second)):
            self._set(old, {"seq": new})
        return first

    def cut_off(self) -> int:
        """Take the last entries away and leave the site's row as it is."""
        first = self._chance.randint(1, self._last)
        self._session.execute(delete(JournalRow).where(JournalRow.seq >= first))
        return first

    def cut_off_with_care(self) -> int:
        """Take the last entries away and mend the site's row."""
        first = self.cut_off()
        self._set_head(first - 1, self._archive.hash_before(first))
        return first

    def write_anew(self) -> int:
        """Alter a reason and mend every hash after it, and the site's row: the last one tells."""
        first = self._chance.randint(1, self._last)
        head = self._archive.hash_before(first)
        for row in self._archive.rows[first - 1 :]:
            new = row | ({"reason": "staff"} if row["seq"] == first else {})
            head = chained(head, tuple(new[name] for name in PUBLIC), str(new["commitment"]))
            self._set(int(str(row["seq"])), {"reason": new["reason"], "hash": head})
        self._set_head(self._last, head)
        return self._last

    def _set(self, seq: int, values: Row) -> None:
        self._session.execute(update(JournalRow).where(JournalRow.seq == seq).values(**values))

    def _set_head(self, seq: int, head: str) -> None:
        self._session.execute(update(SiteRow).values(seq=seq, head=head))

    def _other(self, name: str, value: object) -> object:
        if name in _OTHERS:
            return _OTHERS[name]
        match JournalRow.__table__.c[name].type:
            case Boolean():
                return value is not True
            case LargeBinary():
                return self._chance.randbytes(16)
        if isinstance(value, int):
            return value + self._chance.choice([100, 10**6])
        return "x" if value is None else self._chance.choice([f"{value} ", ""])


WAYS: Sequence[Callable[[Burglar], int]] = (
    *[Burglar.flip] * 4,
    Burglar.remove,
    Burglar.swap,
    Burglar.cut_off,
    Burglar.cut_off_with_care,
    Burglar.write_anew,
)
