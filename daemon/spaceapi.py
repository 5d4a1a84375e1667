"""The house as the SpaceAPI directory reads it, versions 14 and 15 at once (schema.spaceapi.io).

Counts and no names. What clients index without looking is always there: `state.open`, and as the
first of `people_now_present` the whole house, also while nobody is in.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from daemon.config import Settings
from daemon.config.settings import SpaceApi
from daemon.occupancy import Occupancy

VERSIONS = ("14", "15")


def space(
    settings: Settings, about: SpaceApi, house: Occupancy, changed: datetime | None
) -> Mapping[str, object]:
    """Return the document. `changed`: when the house was last opened or closed, if known."""
    state: dict[str, object] = {"open": house["open"]}
    if changed is not None:
        state["lastchange"] = int(changed.timestamp())
    return {
        "api_compatibility": list(VERSIONS),
        "space": settings.site.name,
        "logo": about.logo,
        "url": about.url,
        "location": _location(settings, about),
        "contact": {"email": about.email},
        "state": state,
        "sensors": {"people_now_present": list(_people(house))},
    }


def last_change(
    stays: Iterable[tuple[datetime, datetime | None]], *, is_open: bool
) -> datetime | None:
    """Return when the first of those now in came, or the last one left.

    `stays`: began and ended of the day's visits, in order; None: still in. A gap in between, with
    nobody in, begins anew.
    """
    opened: datetime | None = None
    until: datetime | None = None
    stays_on = False
    for began, ended in stays:
        if opened is None or not (stays_on or (until is not None and began <= until)):
            opened, until = began, began
        if ended is None:
            stays_on = True
        else:
            until = ended if until is None else max(until, ended)
    return opened if is_open else until


def _location(settings: Settings, about: SpaceApi) -> Mapping[str, object]:
    areas = [
        {"name": room.name, "square_meters": room.area_m2}
        for room in settings.rooms
        if room.area_m2 is not None
    ]
    said: dict[str, object] = {
        "lat": about.lat,
        "lon": about.lon,
        "timezone": settings.site.timezone,
    }
    if about.address is not None:
        said["address"] = about.address
    return said | ({"areas": areas} if areas else {})


def _people(house: Occupancy) -> Iterable[Mapping[str, object]]:
    yield {"value": house["present"]}
    for room in house["rooms"]:
        yield {"value": room["present"], "location": room["name"]}
