"""What the endpoints work with: built once in `create_app`, handed to each by dependency."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from api.live import Live
from api.sign_in import SignIn
from daemon.config import Settings
from daemon.house import House
from daemon.store.badges import Lab
from daemon.store.engine import Store
from devices.clock import Clock


class Bell(Protocol):
    """The line to the doorman."""

    def start(self) -> None:
        """Begin to connect; returns at once."""

    def stop(self) -> None:
        """Say goodbye; may be called twice."""

    def ring(self) -> None:
        """Tell the doorman that an order waits; never blocks, and may be lost."""

    @property
    def hears_broker(self) -> bool:
        """Tell whether the broker is reached."""

    @property
    def hears_doorman(self) -> bool:
        """Tell whether the doorman says that he is on duty."""


@dataclass(frozen=True, slots=True)
class Parts:
    """All of them. `patience`: how many seconds a remote act may take before it is taken back."""

    settings: Settings
    house: House
    store: Store
    key: bytes
    clock: Clock
    steady: Callable[[], float]
    bell: Bell
    live: Live
    patience: float
    sign_in: SignIn

    @property
    def site(self) -> str:
        return self.settings.site.id

    @property
    def lab(self) -> Lab:
        """What tells cards and hours here."""
        return Lab(self.key, self.settings.site.zone)
