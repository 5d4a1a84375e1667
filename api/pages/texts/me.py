"""What one's own page says."""

from api.pages.texts.bookings import BOOKINGS
from api.pages.texts.visitors import VISITORS
from api.pages.words import Texts

ME: Texts = {
    "title": ("La mia pagina", "My page"),
    "no_member": (
        "Questo accesso non è di una persona: qui non c'è niente da mostrare.",
        "This sign-in is nobody's: there is nothing to show here.",
    ),
    "membership": ("Iscrizione", "Membership"),
    "plan": ("Piano", "Plan"),
    "no_plan": ("nessun piano", "no plan"),
    "from": ("dal", "from"),
    "until": ("fino al", "until"),
    "entries": ("Ingressi rimasti questo mese", "Entries left this month"),
    "prepaid": ("Ingressi prepagati", "Prepaid entries"),
    "visibility": ("Chi vede che sono in sede", "Who sees that I am in"),
    "visibility_hidden": ("solo lo staff", "staff only"),
    "visibility_count": ("nessun nome, solo il numero", "no name, only the number"),
    "visibility_members": ("anche gli altri iscritti", "other members too"),
    "change": ("Cambia", "Change"),
    "bad_visibility": ("Scegli una delle tre.", "Choose one of the three."),
    "other": ("Controlla quello che hai scritto.", "Check what you have written."),
    "book": ("Prenota una sala", "Book a room"),
    "cancel": ("Annulla", "Cancel"),
    "visitors": ("I miei visitatori", "My visitors"),
    "no_visitors": ("Nessun visitatore atteso.", "No visitor expected."),
    "invite": ("Invita un visitatore", "Invite a visitor"),
    "withdraw": ("Togli dalla lista", "Take off the list"),
    "arrived": ("è arrivato", "has arrived"),
    "badges": ("I miei badge", "My badges"),
    "no_badges": ("Nessun badge.", "No badge."),
    "badge_active": ("attivo", "active"),
    "badge_blocked": ("bloccato", "blocked"),
    "badge_lost": ("smarrito", "lost"),
    "bookings": ("Le mie prenotazioni", "My bookings"),
    "no_bookings": ("Nessuna prenotazione in arrivo.", "No bookings to come."),
    "notices": ("Novità", "News"),
    "visits": ("Le mie ultime visite", "My latest visits"),
    "no_visits": ("Ancora nessuna visita.", "No visits yet."),
    "still": ("ancora dentro", "still inside"),
    "unseen_end": ("uscita non vista", "exit unseen"),
    "data": ("I miei dati", "My data"),
    "export": ("Scarica tutto quello che si sa di me", "Download all that is kept of me"),
    "password": ("Cambia la password", "Change my password"),
}

MY_BOOKING: Texts = {
    **BOOKINGS,
    "title": ("Prenota una sala", "Book a room"),
    "all": ("La mia pagina", "My page"),
    "taken_title": ("Già prenotate", "Taken already"),
    "is_free": ("libera tutto il giorno", "free all day"),
    "other_day": ("Guarda un altro giorno", "Look at another day"),
    "look": ("Guarda", "Look"),
    "bad_start": (
        "L'inizio è già passato: scegli un'altra ora.",
        "The beginning is past already: choose another hour.",
    ),
}
"""What the page says where a member books a room."""

MY_VISITOR: Texts = {
    **VISITORS,
    "title": ("Invita un visitatore", "Invite a visitor"),
    "all": ("La mia pagina", "My page"),
    "access_code": ("con un codice da digitare", "by a code to type"),
    "access_name": ("gli apro io", "I open for them"),
    "add": ("Invita", "Invite"),
}
"""What the page says where a member invites a visitor."""
