"""What people hear at the door, and how texts are kept: always Italian and English side by side."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from daemon.access.verdict import Granted, Reason, Refused, Verdict


class Language(StrEnum):
    """A language the house speaks."""

    ITALIAN = "it"
    ENGLISH = "en"


LANGUAGES = {language.value: language for language in Language}


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages."""

    italian: str
    english: str

    def to(self, language: Language) -> str:
        """Return the sentence in one language."""
        return self.italian if language == Language.ITALIAN else self.english


# What `explain` says where a rule has nobody to judge.
NO_BADGE = Text("nessun badge registrato", "no enrolled badge")
NO_MEMBER = Text("nessun membro", "no member")
KNOWN_BADGE = Text("badge registrato", "enrolled badge")

# What a reader says where staff waited for a card.
IS_ENROLLED = Text("Badge registrato", "Badge enrolled")
CANNOT_BE_ENROLLED = Text(
    "Questo badge non si può registrare, senti lo staff", "This badge can't be enrolled, ask staff"
)

_HELLO = Text("Ciao", "Hello")
_BYE = Text("Arrivederci", "Goodbye")

GREETINGS: dict[Reason, Text] = {
    Reason.REPEAT: _HELLO,
    Reason.STAFF: _HELLO,
    Reason.PLAN: _HELLO,
    Reason.BOOKING: _HELLO,
    Reason.GUEST: Text("Ti diamo il benvenuto", "Welcome"),
    Reason.VISITOR: Text("Ti diamo il benvenuto", "Welcome"),
    Reason.GATHERING: Text("Ti diamo il benvenuto", "Welcome"),
    Reason.WALK_IN: _HELLO,
    Reason.OPEN_SCHEDULE: Text("Entra pure", "Come in"),
    Reason.EXIT: _BYE,
}
"""Said to whom the door opens, followed by the name where it is known."""

STATEMENTS: dict[Reason, Text] = {
    Reason.MALFORMED: Text("Lettura non riuscita, riprova", "Reading failed, please try again"),
    Reason.UNKNOWN_DOOR: Text("Questa porta non è configurata", "This door is not set up"),
    Reason.LATE: Text("Lettura arrivata tardi, riprova", "Reading came too late, try again"),
    Reason.REPLAY: Text("Lettura non valida, riprova", "Reading not valid, try again"),
    Reason.FIRE: Text("Evacuazione: esci subito", "Evacuation: leave now"),
    Reason.LOCKDOWN: Text("Edificio bloccato dallo staff", "Building locked down by staff"),
    Reason.HELD_LOCKED: Text("Porta chiusa dallo staff", "Door kept locked by staff"),
    Reason.UNKNOWN_BADGE: Text("Badge sconosciuto", "Unknown badge"),
    Reason.BADGE_LOST: Text(
        "Badge segnalato smarrito, senti lo staff", "Badge reported lost, please ask staff"
    ),
    Reason.BADGE_BLOCKED: Text("Badge bloccato, senti lo staff", "Badge blocked, please ask staff"),
    Reason.BADGE_EXPIRED: Text("Badge scaduto, senti lo staff", "Badge expired, please ask staff"),
    Reason.BADGE_FORGED: Text(
        "Il badge non dimostra di essere autentico, senti lo staff",
        "This badge cannot show that it is genuine, please ask staff",
    ),
    Reason.THROTTLED: Text(
        "Troppi tentativi, aspetta mezzo minuto", "Too many tries, wait half a minute"
    ),
    Reason.MEMBER_SUSPENDED: Text(
        "Iscrizione sospesa, senti lo staff", "Membership suspended, please ask staff"
    ),
    Reason.MEMBERSHIP_NOT_STARTED: Text("Iscrizione non attiva", "Membership not active yet"),
    Reason.MEMBERSHIP_EXPIRED: Text(
        "Iscrizione scaduta, senti lo staff", "Membership expired, please ask staff"
    ),
    Reason.OUTSIDE_HOURS: Text("Fuori orario", "Outside your hours"),
    Reason.HOLIDAY: Text("Oggi è festa", "Today is a holiday"),
    Reason.NO_ENTRIES_LEFT: Text("Ingressi esauriti", "No entries left"),
    Reason.BOOKED_BY_OTHER: Text("Sala prenotata da altri", "Room booked by somebody else"),
    Reason.TOO_EARLY: Text("Ancora un po' di pazienza", "A little too early"),
    Reason.NO_BOOKING: Text("Serve una prenotazione", "You need a booking"),
    Reason.ROOM_CLOSED: Text("Accesso non previsto", "You have no access here"),
    Reason.CAPACITY: Text("Sala al completo", "The room is full"),
    Reason.PASSBACK: Text("Risulti già all'interno", "You are already inside"),
    Reason.PIN_NEEDED: Text("Digita il PIN", "Enter your PIN"),
    Reason.PIN_WRONG: Text("PIN errato", "Wrong PIN"),
    Reason.SECOND_BADGE_NEEDED: Text("Serve un secondo badge", "A second badge is needed"),
    Reason.BROKEN_FACTS: Text("Qualcosa non va, senti lo staff", "Something is wrong, ask staff"),
}
"""Said as it stands, without a name; an opening follows where one is known."""

_OPENS = Text("apre", "opens")
_STARTS = Text("inizia", "starts")

_WEEKDAYS = (
    Text("lunedì", "Monday"),
    Text("martedì", "Tuesday"),
    Text("mercoledì", "Wednesday"),
    Text("giovedì", "Thursday"),
    Text("venerdì", "Friday"),
    Text("sabato", "Saturday"),
    Text("domenica", "Sunday"),
)
_MONTHS = (
    Text("gennaio", "January"),
    Text("febbraio", "February"),
    Text("marzo", "March"),
    Text("aprile", "April"),
    Text("maggio", "May"),
    Text("giugno", "June"),
    Text("luglio", "July"),
    Text("agosto", "August"),
    Text("settembre", "September"),
    Text("ottobre", "October"),
    Text("novembre", "November"),
    Text("dicembre", "December"),
)
_VOWEL_DAYS = (8, 11)  # l'otto, l'undici


def message(
    reason: Reason,
    language: Language,
    name: str | None = None,
    opens_at_local: datetime | None = None,
    today: date | None = None,
) -> str:
    """Return what the person at the door hears.

    `name` may be a full one; only the first is said. `opens_at_local` is the opening in the site's
    zone, `today` the local date of the tap: without it the opening is given with its full date.
    """
    if reason in GREETINGS:
        words = (GREETINGS[reason].to(language), *(name or "").split()[:1])
        return " ".join(words)
    statement = STATEMENTS[reason].to(language)
    if opens_at_local is None:
        return statement
    verb = _STARTS if reason is Reason.MEMBERSHIP_NOT_STARTED else _OPENS
    moment = when(opens_at_local, today).to(language)
    return f"{statement}: {verb.to(language)} {moment}"


def when(moment: datetime, today: date | None = None) -> Text:
    """Return a local moment as people say it: today the hour, this week the day, else the date."""
    clock = moment.strftime("%H:%M")
    hour = Text(f"alle {clock}", f"at {clock}")
    if moment.date() == today:
        return hour
    day = _day_in_words(moment, today)
    return Text(f"{day.italian} {hour.italian}", f"{day.english} {hour.english}")


def stamp(at: datetime, zone: ZoneInfo) -> str:
    """Return a moment as staff read it in an explanation: date and time on the site's wall."""
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def told_right(verdict: Verdict | None, zone: ZoneInfo, granted: Text, refused: Text) -> Text:
    """Return what `explain` says of a right: that it holds, or why not and when it will."""
    match verdict:
        case None:
            return refused
        case Granted():
            return granted
        case Refused(reason, opens_at):
            why = STATEMENTS[reason]
            said = Text(
                f"{refused.italian} ({why.italian.lower()})",
                f"{refused.english} ({why.english.lower()})",
            )
            if opens_at is None:
                return said
            start = stamp(opens_at, zone)
            return Text(f"{said.italian}, apre il {start}", f"{said.english}, opens on {start}")


def _day_in_words(moment: datetime, today: date | None) -> Text:
    if today is not None and 0 < (moment.date() - today).days < len(_WEEKDAYS):
        return _WEEKDAYS[moment.weekday()]
    month = _MONTHS[moment.month - 1]
    article = "l'" if moment.day in _VOWEL_DAYS else "il "
    number = "1º" if moment.day == 1 else str(moment.day)
    year = "" if today and moment.year == today.year else f" {moment.year}"
    return Text(
        f"{article}{number} {month.italian}{year}", f"on {moment.day} {month.english}{year}"
    )
