"""What the page says that reads people from a CSV file."""

from api.pages.texts.people import PEOPLE
from api.pages.words import Texts

_AS_OF_PEOPLE = (
    "all",
    "other",
    "email-taken",
    "badge-taken",
    *("bad_name", "bad_email", "bad_plan", "bad_valid_from", "bad_valid_until", "bad_label"),
)
PEOPLE_CSV: Texts = {
    **{word: PEOPLE[word] for word in _AS_OF_PEOPLE},
    "title": ("Importa da un file", "Import from a file"),
    "intro": (
        "Un file CSV in UTF-8: la prima riga nomina le colonne, in qualsiasi ordine.",
        "A CSV file in UTF-8: the first line names the columns, in any order.",
    ),
    "needed": ("Serve solo", "All it needs is"),
    "several": (
        "Chi ha più badge ha una riga per ciascuno, con la stessa e-mail.",
        "Who has several badges has a line for each, with the same e-mail.",
    ),
    "columns": ("Colonne", "Columns"),
    "file": ("File CSV", "CSV file"),
    "skip_bad": (
        "Importa le righe buone anche se altre hanno errori",
        "Import the good lines even if others are wrong",
    ),
    "read": ("Importa", "Import"),
    "nothing": (
        "Non è stato importato nulla: correggi queste righe e riprova.",
        "Nothing was imported: correct these lines and try again.",
    ),
    "left_out": ("Righe lasciate fuori", "Lines left out"),
    "wrong": ("Righe da correggere", "Lines to correct"),
    "done": ("Importati", "Imported"),
    "people": ("persone", "people"),
    "badges": ("badge", "badges"),
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
