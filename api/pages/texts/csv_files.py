"""What the pages say that read people, visitors, bookings or attendees from a CSV file."""

from api.pages.texts.bookings import BOOKINGS
from api.pages.texts.gatherings import GATHERINGS
from api.pages.texts.people import PEOPLE
from api.pages.texts.visitors import VISITORS
from api.pages.words import Texts

_CSV: Texts = {
    "title": ("Importa da un file", "Import from a file"),
    "columns": ("Colonne", "Columns"),
    "file": ("File CSV", "CSV file"),
    "read": ("Importa", "Import"),
    "nothing": (
        "Non è stato importato nulla: correggi queste righe e riprova.",
        "Nothing was imported: correct these lines and try again.",
    ),
    "left_out": ("Righe lasciate fuori", "Lines left out"),
    "wrong": ("Righe da correggere", "Lines to correct"),
    "done": ("Importati", "Imported"),
    "line": ("Riga", "Line"),
    "column": ("Colonna", "Column"),
    "what": ("Che cosa non va", "What is wrong"),
    "more": ("altri errori", "more errors"),
    "too-large": ("Il file ha più di 8 MiB: dividilo.", "The file has over 8 MiB: split it."),
    "no-utf-8": (
        "Non è UTF-8: salvalo come «CSV UTF-8».",
        "It is not UTF-8: save it as `CSV UTF-8`.",
    ),
    "no-csv": (
        "Questo non è un CSV: guarda le virgolette.",
        "This is no CSV: look at the quotes.",
    ),
    "no-column": ("Questa colonna non c'è.", "There is no such column."),
    "column-twice": ("La colonna c'è due volte.", "The column stands twice."),
    "column-missing": (
        "Manca la colonna: la prima riga deve nominare le colonne.",
        "The column is missing: the first line must name the columns.",
    ),
    "many-fields": (
        "Ha più campi della prima riga: metti tra virgolette i testi con il separatore.",
        "It has more fields than the first line: quote texts that hold the separator.",
    ),
    "too-long": ("Il campo è troppo lungo.", "The field is too long."),
    "intro": (
        "Un file CSV in UTF-8: la prima riga nomina le colonne, in qualsiasi ordine.",
        "A CSV file in UTF-8: the first line names the columns, in any order.",
    ),
}
PEOPLE_CSV: Texts = {
    **PEOPLE,
    **_CSV,
    "about": (
        "Serve solo il nome. Chi ha più badge ha una riga per ciascuno, con la stessa e-mail.",
        "Only the name is needed. Who has several badges has a line for each, with one e-mail.",
    ),
    "skip_bad": (
        "Importa le righe buone anche se altre hanno errori",
        "Import the good lines even if others are wrong",
    ),
    "people": ("persone", "people"),
    "badges": ("badge", "badges"),
    "badge-twice": ("Il badge è già in un'altra riga.", "The badge stands in another line."),
    "email-differs": (
        "La stessa e-mail è in un'altra riga con altri dati: rendi uguali le due righe.",
        "Another line has this e-mail with other details: make both lines the same.",
    ),
    "bad_role": (
        "Scrivi `member`, `staff` o `admin`.",
        "Write `member`, `staff` or `admin`.",
    ),
    "bad_status": ("Scrivi `active` o `suspended`.", "Write `active` or `suspended`."),
    "bad_language": ("Scrivi `it` o `en`.", "Write `it` or `en`."),
    "bad_visibility": (
        "Scrivi `hidden`, `count` o `members`.",
        "Write `hidden`, `count` or `members`.",
    ),
    "bad_badge": ("Questo numero non è di un badge.", "This is no badge's number."),
    "bad_badge_valid_until": ("La data di fine non va bene.", "The last day is not right."),
}
VISITORS_CSV: Texts = {
    **VISITORS,
    **_CSV,
    "about": (
        "Servono nome, ospite (e-mail di un iscritto) e fino a quando.",
        "Needed are name, host (e-mail of a member) and until when.",
    ),
    "imported": ("visitatori", "visitors"),
    "bad_while_host_in": ("Scrivi `yes` o `no`.", "Write `yes` or `no`."),
}
BOOKINGS_CSV: Texts = {
    **BOOKINGS,
    **_CSV,
    "about": (
        "Servono la sala, l'inizio e la fine, come 2026-12-31T09:00:00+01:00.",
        "Needed are the room, start and end, such as 2026-12-31T09:00:00+01:00.",
    ),
    "imported": ("prenotazioni", "bookings"),
    "booking-conflict": ("La sala è già di qualcuno.", "Somebody has the room already."),
}
ATTENDEES_CSV: Texts = {
    **GATHERINGS,
    **_CSV,
    "all": ("Torna alla lista", "Back to the list"),
    "about": (
        "Serve solo il nome; chi è iscritto entra col suo badge, se l'e-mail è la sua.",
        "Only the name is needed; a member comes in by their badge, if the e-mail is theirs.",
    ),
    "imported": ("partecipanti", "attendees"),
}
