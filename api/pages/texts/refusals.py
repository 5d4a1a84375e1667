"""What a page says that can't be shown, by the slug of the problem."""

from api.pages.words import Texts

REFUSALS: Texts = {
    "title": ("Non si può mostrare", "This can't be shown"),
    "home": ("Torna all'inizio", "Back to the start"),
    "forbidden": (
        "Questa pagina non è per il tuo ruolo. Chiedi a un amministratore.",
        "This page is not for your role. Ask an administrator.",
    ),
    "not-found": (
        "A questo indirizzo non c'è niente.",
        "There is nothing at this address.",
    ),
    "not-our-form": (
        "La pagina è più vecchia del tuo accesso, o i cookie sono bloccati. Ricaricala e riprova.",
        "The page is older than your sign-in, or cookies are blocked. Load it again and retry.",
    ),
    "database-away": (
        "Adesso non riesco a leggere i dati. Riprova tra poco.",
        "The data can't be read just now. Try again in a moment.",
    ),
    "other": (
        "Qualcosa non va in questa richiesta.",
        "Something is wrong with this request.",
    ),
}
