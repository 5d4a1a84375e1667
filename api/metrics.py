"""Figures for Prometheus, about the house and the API, about nobody."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

METHODS = frozenset({"GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS"})


class Counters:
    """One registry for each app: nothing is registered at import."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "usciere_http_requests",
            "Requests by method, route and status",
            ["method", "route", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "usciere_http_seconds", "Time to the first byte", ["route"], registry=self._registry
        )
        self._gauges = {
            name: Gauge(f"usciere_{name}", words, registry=self._registry)
            for name, words in _GAUGES.items()
        }

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer."""
        known = method if method in METHODS else "other"
        self._requests.labels(known, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self, levels: dict[str, float]) -> bytes:
        """Return all figures, with the levels as they are now."""
        for name, value in levels.items():
            self._gauges[name].set(value)
        return generate_latest(self._registry)


_GAUGES = {
    "present": "People inside who want to be counted",
    "journal_seq": "Entries in the journal",
    "journal_announced": "Entries published over MQTT",
    "members": "Members",
    "streams": "Live streams that are open",
    "broker_up": "1 if the broker is reached",
    "doorman_up": "1 if the doorman is on duty",
}
