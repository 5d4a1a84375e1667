"""All who tell other programs what stands in the journal: one for each table [[webhooks]]."""

import logging
import threading
from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError

from api.courier import Courier
from api.parts import Parts
from daemon.store import webhooks
from daemon.store.trouble import Unavailable
from daemon.webhooks.receivers import Receiver

log = logging.getLogger(__name__)

_PAUSE = 60.0


class Couriers:
    """They begin once the database knows the receivers."""

    def __init__(self, parts: Parts, receivers: Sequence[Receiver]) -> None:
        self._parts = parts
        self._marks = {receiver.name: receiver.mark for receiver in receivers}
        self._couriers = [Courier(parts, receiver) for receiver in receivers]
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._run, name="couriers", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Let each end before the next message."""
        self._enough.set()
        for courier in self._couriers:
            courier.stop()

    def _run(self) -> None:
        while not self._is_settled():
            if self._enough.wait(_PAUSE):
                return
        for courier in self._couriers:
            courier.start()

    def _is_settled(self) -> bool:
        try:
            webhooks.settle(self._parts.store, self._parts.site, self._marks)
        except (SQLAlchemyError, Unavailable) as problem:
            log.warning("nobody is told of the journal yet: %s", problem)
            return False
        return True
