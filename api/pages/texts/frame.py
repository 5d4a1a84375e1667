"""What stands around every page."""

from api.pages.words import Texts

FRAME: Texts = {
    "skip": ("Vai al contenuto", "Skip to content"),
    "language": ("Lingua", "Language"),
    "pages": ("Pagine", "Pages"),
    "nav_board": ("Presenze", "Who is in"),
    "nav_staff": ("Oggi", "Today"),
    "nav_people": ("Persone", "People"),
    "nav_bookings": ("Prenotazioni", "Bookings"),
    "nav_visitors": ("Visitatori", "Visitors"),
    "nav_gatherings": ("Corsi", "Courses"),
    "nav_visits": ("Visite", "Visits"),
    "nav_plans": ("Piani", "Plans"),
    "nav_calendars": ("Calendari", "Calendars"),
    "nav_tokens": ("Token", "Tokens"),
    "nav_more": ("Altro", "More"),
    "nav_reports": ("Rapporti", "Reports"),
    "nav_evacuation": ("Evacuazione", "Evacuation"),
    "nav_kiosk": ("Tablet", "Tablets"),
    "nav_me": ("La mia pagina", "My page"),
    "sign_in_here": ("Accedi", "Sign in"),
    "sign_out": ("Esci", "Sign out"),
    "signed_in_as": ("Accesso come", "Signed in as"),
    "live": ("In diretta", "Live"),
    "updated": ("Aggiornato alle", "Updated at"),
    "lost": ("Collegamento interrotto, ultimo dato delle", "Connection lost, last known at"),
    "problem": ("Non è andata", "That did not work"),
    "public_board": ("Tabellone pubblico", "Public board"),
}
