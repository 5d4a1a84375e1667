"""What the pages say, in both languages, and which of them a reader gets."""

from collections.abc import Mapping

LANGUAGES = ("it", "en")

WORDS: Mapping[str, Mapping[str, str]] = {
    "it": {
        "open": "Aperto",
        "closed": "Chiuso",
        "open_says": "C'è qualcuno in sede",
        "closed_says": "In sede non c'è nessuno",
        "one": "persona",
        "many": "persone",
        "of": "su",
        "places": "posti",
        "free": "Disponibile",
        "booked": "Prenotazione in corso",
        "occupied": "In uso",
        "until": "fino alle",
        "rooms": "Le sale",
        "board": "Presenze",
        "updated": "Aggiornato alle",
        "live": "In diretta",
        "lost": "Collegamento interrotto, ultimo dato delle",
        "reload": "La pagina si aggiorna da sola ogni 30 secondi",
        "language": "Lingua",
        "skip": "Vai al contenuto",
        "broken": "Adesso non riesco a leggere le presenze. Riprova tra poco.",
    },
    "en": {
        "open": "Open",
        "closed": "Closed",
        "open_says": "Somebody is in",
        "closed_says": "Nobody is in",
        "one": "person",
        "many": "people",
        "of": "of",
        "places": "places",
        "free": "Available",
        "booked": "Booked",
        "occupied": "In use",
        "until": "until",
        "rooms": "Rooms",
        "board": "Who is in",
        "updated": "Updated at",
        "live": "Live",
        "lost": "Connection lost, last known at",
        "reload": "This page reloads by itself every 30 seconds",
        "language": "Language",
        "skip": "Skip to content",
        "broken": "The counts can't be read just now. Try again in a moment.",
    },
}


def language_of(asked: str | None, accepted: str, default: str) -> str:
    """Return the language asked for, else the first accepted one that we speak, else the site's."""
    if asked in LANGUAGES:
        return asked
    wishes = sorted(_wishes(accepted), key=lambda wish: -wish[0])
    return next((tag for weight, tag in wishes if weight > 0 and tag in LANGUAGES), default)


def _wishes(accepted: str) -> list[tuple[float, str]]:
    """Read an Accept-Language header (RFC 9110, 12.5.4); what can't be read weighs nothing."""
    wishes = []
    for part in accepted.split(",")[:20]:
        tag, _, weight = part.partition(";")
        wishes.append((_weight(weight), tag.strip().lower().partition("-")[0]))
    return wishes


def _weight(text: str) -> float:
    name, found, value = text.strip().partition("=")
    if not found:
        return 1.0
    try:
        return min(1.0, float(value)) if name.strip().lower() == "q" else 0.0
    except ValueError:
        return 0.0
