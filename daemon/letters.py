"""What members are written to about, in their language: a room given back, a guest at the door."""

from dataclasses import dataclass
from datetime import datetime

from daemon.access.words import Language, Text, when


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail's subject and text; who it goes to is on the envelope."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a letter is for, and the house it comes from."""

    name: str
    language: Language
    house: str


def room_released(reader: Reader, room: str, start: datetime, end: datetime) -> Letter:
    """Tell a holder that nobody came. Times are local to the house."""
    begins, ends = when(start), f"{end:%H:%M}"
    return _letter(
        reader,
        Text(
            f"{room} è di nuovo libera: la tua prenotazione è decaduta",
            f"{room} is free again: your booking was released",
        ),
        Text(
            f"{room} era prenotata a tuo nome: {begins.italian}, fino alle {ends}.\n"
            "Non si è presentato nessuno, così la sala è tornata libera.\n"
            "Se ti serve ancora, prenotala di nuovo.",
            f"{room} was booked in your name: {begins.english}, until {ends}.\n"
            "Nobody came, so the room is free again.\n"
            "If you still need it, please book it anew.",
        ),
    )


def visitor_arrived(reader: Reader, visitor: str, at: datetime) -> Letter:
    """Tell a host that a visitor is here. `at` is local to the house."""
    clock = f"{at:%H:%M}"
    return _letter(
        reader,
        Text(f"{visitor} ti aspetta all'ingresso", f"{visitor} is here for you"),
        Text(
            f"Alle {clock} la porta si è aperta per {visitor}.",
            f"At {clock} the door opened for {visitor}.",
        ),
    )


def _letter(reader: Reader, subject: Text, text: Text) -> Letter:
    language = reader.language
    first = reader.name.split()[0]
    hello = Text(f"Ciao {first},", f"Hello {first},").to(language)
    return Letter(subject.to(language), f"{hello}\n\n{text.to(language)}\n\n{reader.house}\n")
