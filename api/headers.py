"""Around every answer: what browsers are told, what is counted, one line in the log.

The log names the route as it is written in the code, never an address, an id or a query.
"""

import logging
from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import Counters

log = logging.getLogger(__name__)

_FOR_ALL = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_NOT_KEPT = "no-store"


class Envelope:
    """Puts security headers on every answer, counts it and logs it."""

    def __init__(self, app: ASGIApp, counters: Counters, steady: Callable[[], float]) -> None:
        self._app = app
        self._counters = counters
        self._steady = steady

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = self._steady()

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._note(scope, message["status"], self._steady() - begun)
                headers = MutableHeaders(scope=message)
                for name, value in _FOR_ALL.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", _NOT_KEPT)
            await send(message)

        await self._app(scope, receive, sealed)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "-")
        self._counters.count(scope["method"], route, status, seconds)
        log.info("%s %s %d %.0f ms", scope["method"], route, status, seconds * 1000)
