"""What the pages of plans say."""

from api.pages.texts.forms import FORMS
from api.pages.words import Texts

PLANS: Texts = {
    **FORMS,
    "title": ("Piani", "Plans"),
    "new": ("Nuovo piano", "New plan"),
    "all": ("Tutti i piani", "All plans"),
    "none": ("Ancora nessun piano.", "No plan yet."),
    "people": ("iscritti", "members"),
    "one_person": ("iscritto", "member"),
    "id": ("Sigla", "Short name"),
    "id_says": (
        "Lettere minuscole, cifre, trattini. Poi non cambia più.",
        "Lower-case letters, digits, dashes. It never changes.",
    ),
    "name": ("Nome", "Name"),
    "when": ("Quando vale", "When it holds"),
    "when_hours": ("negli orari scritti qui", "in the hours written here"),
    "when_always": ("sempre", "always"),
    "when_never": ("mai", "never"),
    "hours": ("Orari", "Hours"),
    "hours_says": (
        "Uno per riga, come lun-ven 08:00-20:00. Una fine prima dell'inizio passa la mezzanotte.",
        "One a line, such as mon-fri 08:00-20:00. An end before the beginning crosses midnight.",
    ),
    "holidays": ("Anche nei giorni festivi", "On holidays too"),
    "on_holidays": ("anche nei festivi", "holidays too"),
    "entries_per_month": ("Ingressi al mese", "Entries a month"),
    "entries_says": ("Vuoto: senza limite.", "Empty: no limit."),
    "a_month": ("ingressi al mese", "entries a month"),
    "where": ("Dove", "Where"),
    "where_usual": ("tutte le sale non prenotabili", "every room that is not bookable"),
    "where_these": ("le sale scelte qui", "the rooms chosen here"),
    "rooms": ("Sale", "Rooms"),
    "remove": ("Elimina il piano", "Drop the plan"),
    "bad_id": (
        "La sigla ha solo lettere minuscole, cifre e trattini.",
        "The short name has lower-case letters, digits and dashes only.",
    ),
    "bad_name": ("Il nome è troppo lungo.", "The name is too long."),
    "bad_hours": (
        "Scrivi un orario per riga, come lun-ven 08:00-20:00.",
        "Write one window a line, such as mon-fri 08:00-20:00.",
    ),
    "bad_entries_per_month": ("Scrivi un numero da 0 a 1000.", "Write a number from 0 to 1000."),
    "bad_rooms": ("Questa sala non c'è.", "There is no such room."),
    "plan-taken": ("C'è già un piano con questa sigla.", "There is a plan of this name already."),
    "plan-in-use": (
        "Qualcuno ha questo piano: dagliene prima un altro.",
        "Somebody has this plan: give them another one first.",
    ),
}
