"""What one's own page says."""

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
