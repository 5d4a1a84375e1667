"""What the public board says."""

from api.pages.words import Texts

BOARD: Texts = {
    "open": ("Aperto", "Open"),
    "closed": ("Chiuso", "Closed"),
    "open_says": ("C'è qualcuno in sede", "Somebody is in"),
    "closed_says": ("In sede non c'è nessuno", "Nobody is in"),
    "one": ("persona", "person"),
    "many": ("persone", "people"),
    "of": ("su", "of"),
    "places": ("posti", "places"),
    "free": ("Disponibile", "Available"),
    "booked": ("Prenotazione in corso", "Booked"),
    "occupied": ("In uso", "In use"),
    "until": ("fino alle", "until"),
    "rooms": ("Le sale", "Rooms"),
    "board": ("Presenze", "Who is in"),
    "reload": (
        "La pagina si aggiorna da sola ogni 30 secondi",
        "This page reloads by itself every 30 seconds",
    ),
    "broken": (
        "Adesso non riesco a leggere le presenze. Riprova tra poco.",
        "The counts can't be read just now. Try again in a moment.",
    ),
}
