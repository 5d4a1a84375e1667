"""The commented configuration that `usciere init` and the demo write: CoOffice's house."""

import json
from dataclasses import dataclass

from daemon.config import (
    Api,
    Database,
    Mqtt,
)

_COLUMN = 38


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the parts of a new site are."""

    database: str = Database.model_fields["url"].default
    mqtt: str = Mqtt.model_fields["url"].default
    api: str = Api.model_fields["listen"].default


@dataclass(frozen=True, slots=True)
class Line:
    """A line of TOML with its comment in both languages; without TOML, a comment of its own."""

    toml: str = ""
    it: str = ""
    en: str = ""


def commented(
    site_id: str,
    name: str,
    timezone: str = "Europe/Rome",
    language: str = "it",
    addresses: Addresses | None = None,
) -> str:
    """Return the TOML text: Italian comments if the language is `it`, else English.

    The entrance's contact is written but commented out: a contact that never speaks keeps
    everybody out of the count. `with_contact` puts it in force. Nothing is checked here:
    `daemon.config.load` reads the result like any other file.
    """
    where = addresses or Addresses()
    own = _site(site_id, name, timezone, language) + _addresses(where)
    return "\n".join(_written(line, language) for line in _HEAD + own + _HOUSE) + "\n"


def with_contact(text: str) -> str:
    """Return the written configuration with the entrance's contact in force."""
    return text.replace("# [doors.contact]", "[doors.contact]").replace(
        '# driver = "mqtt"', 'driver = "mqtt"'
    )


def _written(line: Line, language: str) -> str:
    comment = line.it if language == "it" else line.en
    if not comment:
        return line.toml
    return f"{line.toml:<{_COLUMN}}# {comment}" if line.toml else f"# {comment}"


def _text(value: str) -> str:
    """Quote a text for TOML, which is as JSON does, but for the delete character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _site(site_id: str, name: str, timezone: str, language: str) -> tuple[Line, ...]:
    code = _HOLIDAYS.get(timezone)
    holidays = f'holidays = "{code}"' if code else '# holidays = "IT"'
    return (
        Line("[site]"),
        Line(f"id = {_text(site_id)}"),
        Line(f"name = {_text(name)}"),
        Line(f"timezone = {_text(timezone)}"),
        Line(
            f"language = {_text(language)}",
            "it | en: testi dei lettori, pagine, rapporti",
            "it | en: reader texts, pages, reports",
        ),
        Line(
            "capacity = 50",
            "persone nell'edificio; al 90 % il personale viene avvisato",
            "people in the building; staff are warned at 90 %",
        ),
        Line(
            'day_ends = "04:00"',
            "le visite ancora aperte a quest'ora vengono chiuse",
            "visits still open then are closed",
        ),
        Line(
            holidays,
            'paese, con provincia se serve ("IT-VR"), della libreria `holidays`',
            'country, with subdivision if needed ("IT-VR"), of the `holidays` library',
        ),
        *_OWN_HOLIDAYS,
    )


def _addresses(where: Addresses) -> tuple[Line, ...]:
    return (
        Line(),
        Line("[database]"),
        Line(
            f"url = {_text(where.database)}",
            "oppure postgresql+psycopg://utente:password@host/database",
            "or postgresql+psycopg://user:password@host/database",
        ),
        Line(),
        Line("[mqtt]"),
        Line(
            it="embedded: broker interno, solo loopback; altrimenti mqtt://, mqtts://, mqtt+unix://",
            en="embedded: a broker inside, loopback only; else mqtt://, mqtts://, mqtt+unix://",
        ),
        Line(f"url = {_text(where.mqtt)}"),
        Line(
            'base = "usciere"',
            "primo livello di ogni topic nativo",
            "first level of every native topic",
        ),
        Line(),
        Line("[api]"),
        Line(f"listen = {_text(where.api)}"),
    )


_HOLIDAYS = {"Europe/Rome": "IT", "Europe/San_Marino": "SM", "Europe/Vatican": "VA"}

_HEAD = (
    Line(
        it="Usciere: l'edificio. Persone, abbonamenti e prenotazioni stanno nel database.",
        en="Usciere: the building. People, plans and bookings live in the database.",
    ),
    Line(
        it="I percorsi relativi partono da questa cartella. Controllo: usciere check",
        en="Relative paths start at this folder. To check: usciere check",
    ),
    Line(),
)

_OWN_HOLIDAYS = (
    Line(
        it="date proprie: MM-GG ogni anno (da from_year), AAAA-MM-GG una volta sola",
        en="dates of your own: MM-DD every year (from from_year on), YYYY-MM-DD once",
    ),
    Line('# extra_holidays = [{ date = "06-05", name = "Patrono", from_year = 2019 }]'),
    Line(
        'badge_key_file = "badge.key"',
        "chiave delle tessere, creata al primo avvio; includerla nelle copie",
        "key of the badge hashes, created at first start; back it up as well",
    ),
)

_HOUSE = (
    Line(),
    Line("[access]"),
    Line(
        "early_minutes = 10",
        "una prenotazione apre la sala tanto prima …",
        "a booking opens its room this early …",
    ),
    Line(
        "late_minutes = 5",
        "… e tanto dopo, mai nel turno di un altro",
        "… and this late, but never inside somebody else's slot",
    ),
    Line(
        "release_minutes = 15",
        "se nessuno si presenta la sala torna libera (0 = mai)",
        "if nobody comes the room is free again (0 = never)",
    ),
    Line(
        "release_while_inside = true",
        "… anche se chi l'ha prenotata è già nell'edificio",
        "… even while whoever booked it is in the building",
    ),
    Line(
        "max_tap_age_seconds = 10",
        "una lettura più vecchia non apre",
        "an older tap opens nothing",
    ),
    Line(
        "repeat_seconds = 5",
        "la stessa tessera di nuovo, entro questo tempo, non conta (0 = spento)",
        "the same badge again within this time does not count (0 = off)",
    ),
    Line(
        'no_entries = "refuse"',
        "a chi non ha più ingressi: refuse = rifiuta, warn = apre e avvisa il personale",
        "without entries left: refuse, or warn: open and warn staff",
    ),
    Line(
        'half_day_at = "13:30"',
        "un ingresso di mezza giornata vale fino a quest'ora, o da quest'ora",
        "a half-day entry is good until then, or from then on",
    ),
    Line(
        "visitors_per_month = 0",
        "quanti ospiti al mese può annunciare un socio (0 = senza limite)",
        "how many visitors a member may announce a month (0 = any number)",
    ),
    Line(),
    Line("[calendars]"),
    Line(
        "every_minutes = 15",
        "ogni quanto si leggono i calendari dati con un indirizzo",
        "how often calendars with an address are read",
    ),
    Line(
        "allow_hosts = []",
        'host non pubblici da cui leggere calendari, come "nas.local"',
        'hosts that are not public but may serve calendars, such as "nas.local"',
    ),
    Line(),
    Line("[[rooms]]"),
    Line('id = "open-space"'),
    Line('name = "Open space"'),
    Line("area_m2 = 160"),
    Line("capacity = 30"),
    Line(),
    Line("[[rooms]]"),
    Line('id = "sala-riunioni"'),
    Line('name = "Sala riunioni"'),
    Line("area_m2 = 16"),
    Line("capacity = 8"),
    Line(
        "bookable = true",
        "si apre a chi ha prenotato; `walk_in = true`: ai soci anche quando è libera",
        "opens for bookings; `walk_in = true` also lets members in while it is free",
    ),
    Line(),
    Line("[[rooms]]"),
    Line('id = "sala-conferenze"'),
    Line('name = "Sala conferenze"'),
    Line("area_m2 = 25"),
    Line("capacity = 20"),
    Line(
        "bookable = true",
        "`enforce_capacity = true`: oltre la capienza rifiuta, altrimenti avvisa",
        "`enforce_capacity = true` refuses above capacity, otherwise it only warns",
    ),
    Line(),
    Line("[[doors]]"),
    Line('id = "ingresso"'),
    Line('name = "Ingresso"'),
    Line('room = "open-space"'),
    Line("entrance = true"),
    Line(
        "unlock_seconds = 5",
        "quanto resta sbloccata",
        "how long it stays unlocked",
    ),
    Line(
        "held_open_seconds = 30",
        "aperta più a lungo: allarme",
        "open longer than this: alarm",
    ),
    Line("[[doors.readers]]"),
    Line('id = "fuori"'),
    Line(
        'role = "entry"',
        "entry | exit | toggle | room (entrata, uscita, alternato, stanza)",
        "entry | exit | toggle | room",
    ),
    Line(
        'driver = "mqtt"',
        "il protocollo nativo; gli altri driver sono in docs/supported.md",
        "the native protocol; the other drivers are in docs/supported.md",
    ),
    Line("[doors.lock]"),
    Line('driver = "mqtt"'),
    Line(
        "# [doors.contact]",
        "solo se la porta ha un contatto: chi non la apre non risulta entrato",
        "only if the door has a contact: whoever does not open it has not come in",
    ),
    Line('# driver = "mqtt"'),
    Line(),
    Line("[[doors]]"),
    Line(
        'id = "sala-riunioni"',
        "senza lettori né serratura: un lettore nativo `main` e una serratura nativa",
        "no readers, no lock: one native reader `main` and a native lock",
    ),
    Line('name = "Porta sala riunioni"'),
    Line('room = "sala-riunioni"'),
    Line(),
    Line("[[doors]]"),
    Line('id = "sala-conferenze"'),
    Line('name = "Porta sala conferenze"'),
    Line('room = "sala-conferenze"'),
)
