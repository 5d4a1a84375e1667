"""A feed that nobody could read for a day opens no door any more, whoever was to read it.

The doorman looks himself: feeds are read by the API's process, which may be down.
"""

import logging
from datetime import datetime

from daemon.store import calendars
from daemon.store.engine import Store
from daemon.store.people import Act, Actor
from daemon.store.trouble import told_apart

log = logging.getLogger(__name__)

_BY = Actor("feeds")


def dishonour_stale(store: Store, site: str, now: datetime) -> None:
    """Let bookings of feeds too old open nothing; one look by index where there are none.

    Raises Unavailable while the database can't be used.
    """
    with told_apart():
        with store.reading() as session:
            is_any_old = calendars.has_old(session, site, now)
        if is_any_old:
            found = calendars.dishonour_old(Act(store, site, _BY, now))
            log.warning("too old to open doors: %s", ", ".join(found))
