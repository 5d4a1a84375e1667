"""What the pages of signing in say."""

from api.pages.words import Texts

SIGN_IN: Texts = {
    "title": ("Accedi", "Sign in"),
    "intro": (
        "Per lo staff e per chi ha un accesso personale.",
        "For staff, and for whoever has an account of their own.",
    ),
    "account": ("Nome utente", "Account"),
    "password": ("Password", "Password"),
    "sign_in": ("Accedi", "Sign in"),
    "with_token": ("Accedi con un token", "Sign in with a token"),
    "token": ("Token", "Token"),
    "token_says": (
        "Il codice che comincia con usc_, ricevuto dallo staff.",
        "The code that begins with usc_, which staff gave you.",
    ),
    "have_code": (
        "Hai ricevuto un codice per il primo accesso?",
        "Do you have a code for the first time?",
    ),
    "choose": ("Scegli la password", "Choose your password"),
    "first_title": ("Primo accesso", "First sign-in"),
    "first_intro": (
        "Il codice vale un giorno e una volta sola.",
        "The code is good for a day, and once.",
    ),
    "code": ("Codice", "Code"),
    "code_says": ("Quattro gruppi di quattro caratteri.", "Four groups of four characters."),
    "account_says": (
        "Da 2 a 40: lettere minuscole, cifre, punto, trattino.",
        "2 to 40: small letters, digits, dot, hyphen.",
    ),
    "full_name": ("Nome e cognome", "Full name"),
    "full_name_says": (
        "Solo per il primo amministratore.",
        "Only for the first administrator.",
    ),
    "new_password": ("Nuova password", "New password"),
    "old_password": ("Password attuale", "Current password"),
    "password_says": ("Almeno 12 caratteri.", "At least 12 characters."),
    "change_title": ("Cambia la password", "Change your password"),
    "change_intro": (
        "Le altre sessioni aperte con questo utente finiscono subito.",
        "All other sessions of this account end at once.",
    ),
    "change": ("Cambia la password", "Change the password"),
    "back": ("Torna all'accesso", "Back to sign-in"),
    "wrong": (
        "Nome utente o password non corrispondono. Controlla e riprova.",
        "Account and password do not match. Check them and try again.",
    ),
    "wrong_token": (
        "Questo token non vale, o non vale più. Chiedine un altro allo staff.",
        "This token is not, or no longer, good. Ask staff for another one.",
    ),
    "wrong_password": (
        "La password attuale non è giusta.",
        "The current password is not right.",
    ),
    "too_soon": (
        "Troppi tentativi sbagliati. Riprova tra {seconds} secondi.",
        "Too many wrong tries. Try again in {seconds} seconds.",
    ),
    "bad_code": (
        "Il codice non vale per questo utente, è già stato usato o è scaduto.",
        "This code is not good for this account, was used before, or is too old.",
    ),
    "bad_account": (
        "Scrivi da 2 a 40 lettere minuscole senza accenti, cifre, punti o trattini.",
        "Write 2 to 40 letters a-z, digits, dots or hyphens.",
    ),
    "bad_password": (
        "Scrivi una password da 12 a 200 caratteri.",
        "Write a password of 12 to 200 characters.",
    ),
    "bad_name": ("Scrivi nome e cognome.", "Write the name of the person."),
    "bad_full_name": ("Scrivi nome e cognome.", "Write the name of the person."),
}
