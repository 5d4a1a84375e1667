"""What a kiosk says, the page where a tablet becomes one, and the page that gives the code."""

from api.pages.words import Texts

KIOSK: Texts = {
    "title": ("Ingresso", "Entrance"),
    "idle": ("Avvicina il badge al lettore", "Hold your badge to the reader"),
    "inside": ("In sede", "Inside"),
    "nobody": ("nessuno", "nobody"),
    "sound_off": ("Suono spento", "Sound off"),
    "sound_on": ("Suono acceso", "Sound on"),
    "reload": (
        "La pagina si aggiorna da sola ogni 5 secondi",
        "This page reloads by itself every 5 seconds",
    ),
    "open_title": ("Apri il tablet", "Open this tablet"),
    "open_intro": (
        "Il codice viene dalla pagina Tablet dello staff. Vale un quarto d'ora e una volta sola.",
        "The code comes from the staff's page Tablets. It is good for a quarter of an hour, once.",
    ),
    "code": ("Codice", "Code"),
    "code_says": ("Due gruppi di quattro caratteri.", "Two groups of four characters."),
    "open_kiosk": ("Mostra l'ingresso", "Show the entrance"),
    "bad_code": (
        "Il codice non vale, è già stato usato o è scaduto. Chiedine un altro allo staff.",
        "This code is not good, was used before, or is too old. Ask staff for another one.",
    ),
    "too_soon": (
        "Troppi tentativi sbagliati. Riprova tra {seconds} secondi.",
        "Too many wrong tries. Try again in {seconds} seconds.",
    ),
}

KIOSKS: Texts = {
    "title": ("Tablet all'ingresso", "Tablets at the entrance"),
    "intro": (
        (
            "Un tablet mostra un saluto a chi entra, quante persone ci sono e le sale. "
            "Chi lo tocca non vede altro, qualunque indirizzo scriva."
        ),
        (
            "A tablet greets whoever comes in and shows how many are in, and the rooms. "
            "Whoever touches it sees nothing else, whatever address they type."
        ),
    ),
    "kiosk": ("Tablet", "Tablet"),
    "new": ("Un altro tablet", "Another tablet"),
    "name": ("Dove si trova", "Where it hangs"),
    "name_says": ("Per esempio: ingresso.", "For example: entrance."),
    "give": ("Dammi un codice", "Give me a code"),
    "code": ("Codice per il tablet", "Code for the tablet"),
    "code_how": (
        "Sul tablet apri {address} e scrivi il codice, oppure apri questo indirizzo:",
        "On the tablet open {address} and type the code, or open this address:",
    ),
    "code_lasts": (
        "Vale {minutes} minuti e una volta sola; non si può rileggere.",
        "It is good for {minutes} minutes, once; it can't be shown again.",
    ),
    "one_door": (
        "Per una porta sola aggiungi all'indirizzo del tablet ?door= e il nome breve della porta.",
        "For one door only add ?door= and the door's short name to the tablet's address.",
    ),
    "open_ones": ("Tablet aperti", "Open tablets"),
    "none": ("Nessun tablet.", "No tablet."),
    "since": ("dal", "since"),
    "end": ("Chiudi", "Close"),
}
