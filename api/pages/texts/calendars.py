"""What the pages of calendars say."""

from api.pages.texts.forms import FORMS
from api.pages.words import Texts

CALENDARS: Texts = {
    **FORMS,
    "title": ("Calendari", "Calendars"),
    "new": ("Nuovo calendario", "New calendar"),
    "all": ("Tutti i calendari", "All calendars"),
    "none": ("Nessun calendario prenota una sala.", "No calendar books a room."),
    "intro": (
        "Un calendario iCalendar prenota una sala al posto di chi scrive qui.",
        "An iCalendar books a room in the place of whoever writes here.",
    ),
    "id": ("Sigla", "Short name"),
    "id_says": (
        "Lettere minuscole, cifre, trattini. Poi non cambia più.",
        "Lower-case letters, digits, dashes. It never changes.",
    ),
    "room": ("Sala", "Room"),
    "kind": ("Tipo", "Kind"),
    "kind_": ("file caricato, o feed se c'è l'indirizzo", "uploaded file, or feed with an address"),
    "kind_upload": ("file caricato", "uploaded file"),
    "kind_feed": ("feed iCalendar", "iCalendar feed"),
    "kind_caldav": ("raccolta CalDAV", "CalDAV collection"),
    "url": ("Indirizzo", "Address"),
    "url_says": (
        "Pubblico, http o https. Vuoto: si carica un file.",
        "Public, http or https. Empty: a file is uploaded.",
    ),
    "url_new": ("Nuovo indirizzo", "New address"),
    "url_new_says": (
        "Vuoto: resta quello che c'è, che qui non si mostra intero.",
        "Empty: the one there is stays; it is not shown whole here.",
    ),
    "copied": ("Ultima copia buona", "Last good copy"),
    "checked": ("Ultimo tentativo", "Last try"),
    "never": ("mai", "never"),
    "state": ("Come va", "How it fares"),
    "well": ("bene", "well"),
    "stale": ("la copia è vecchia", "the copy is old"),
    "dishonoured": (
        "la copia è troppo vecchia: le sue prenotazioni non aprono più",
        "the copy is too old: its bookings open no door any more",
    ),
    "failed": ("l'ultima lettura non è riuscita", "it could not be read the last time"),
    "with_problems": ("qualche evento è stato lasciato fuori", "some events were left out"),
    "problems": ("Che cosa non va", "What is wrong"),
    "of_event": ("Evento", "Event"),
    "sync": ("Leggi adesso", "Read now"),
    "file": ("File .ics", "An .ics file"),
    "upload": ("Carica", "Upload"),
    "upload_title": ("Carica un file", "Upload a file"),
    "read_now": ("Letto. Prenotazioni da adesso in poi", "Read. Bookings from now on"),
    "change": ("Cambia", "Change"),
    "remove": ("Togli il calendario", "Drop the calendar"),
    "remove_says": (
        "Le sue prenotazioni non ancora finite vengono annullate.",
        "Its bookings that are not over are cancelled.",
    ),
    "unreadable": (
        "Il file non si può leggere: non è cambiato niente.",
        "The file can't be read: nothing was changed.",
    ),
    "no-address": ("Non ha un indirizzo: carica un file.", "It has no address: upload a file."),
    "calendar-exists": (
        "C'è già un calendario con questa sigla.",
        "There is a calendar of this name already.",
    ),
    "calendar-changed": (
        "È cambiato nel frattempo: riprova.",
        "It was changed meanwhile: try again.",
    ),
    "bad_id": (
        "La sigla ha solo lettere minuscole, cifre e trattini.",
        "The short name has lower-case letters, digits and dashes only.",
    ),
    "bad_room": ("Questa sala non si può prenotare.", "This room can't be booked."),
    "bad_url": (
        "L'indirizzo non va bene: serve http o https, di un servizio pubblico.",
        "The address is not right: http or https, of a public host.",
    ),
}
