"""The static files: a fixed few, read once, with a mark of their content so they may be kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
_CSS, _SCRIPT = "text/css; charset=utf-8", "text/javascript; charset=utf-8"
_TYPES = {
    "frame.css": _CSS,
    "board.css": _CSS,
    "board.js": _SCRIPT,
    "bookings.css": _CSS,
    "bookings.js": _SCRIPT,
    "evacuation.css": _CSS,
    "evacuation.js": _SCRIPT,
    "kiosk.css": _CSS,
    "kiosk.js": _SCRIPT,
    "live.js": _SCRIPT,
    "login.js": _SCRIPT,
    "people.css": _CSS,
    "reports.css": _CSS,
    "staff.css": _CSS,
    "staff.js": _SCRIPT,
    "tables.css": _CSS,
    "icon.svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent."""

    media_type: str
    content: bytes
    mark: str


def assets() -> Mapping[str, Asset]:
    """Read all of them."""
    return {name: _asset(FOLDER / name, media_type) for name, media_type in _TYPES.items()}


def _asset(path: Path, media_type: str) -> Asset:
    content = path.read_bytes()
    return Asset(media_type, content, sha256(content).hexdigest()[:12])
