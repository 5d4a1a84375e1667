"""What the page of tokens says."""

from api.pages.texts.forms import FORMS
from api.pages.words import Texts

TOKENS: Texts = {
    **FORMS,
    "title": ("Token", "Tokens"),
    "intro": (
        "Con un token un programma, o una persona, usa l'API con un ruolo.",
        "With a token a program, or a person, uses the API in a role.",
    ),
    "new": ("Nuovo token", "New token"),
    "name": ("A che cosa serve", "What it is for"),
    "role": ("Ruolo", "Role"),
    "role_kiosk": ("chiosco", "kiosk"),
    "role_member": ("iscritto", "member"),
    "role_staff": ("staff", "staff"),
    "role_admin": ("amministratore", "administrator"),
    "member": ("Di chi è", "Whose it is"),
    "member_says": (
        "E-mail o nome. Serve per il ruolo iscritto.",
        "E-mail or name. Needed for the role member.",
    ),
    "create": ("Crea il token", "Create the token"),
    "secret": ("Il nuovo token", "The new token"),
    "secret_says": (
        "Si vede solo adesso: copialo subito.",
        "It shows only now: copy it at once.",
    ),
    "link": ("Il suo link personale", "Their personal link"),
    "link_says": (
        "Mandalo a questa persona: apre la sua pagina senza password, finché il token vale.",
        "Send it to this person: it opens their page without a password, while the token holds.",
    ),
    "created": ("creato", "created"),
    "revoked": ("revocato", "revoked"),
    "revoke": ("Revoca", "Revoke"),
    "none": ("Ancora nessun token.", "No token yet."),
    "bad_name": ("Scrivi a che cosa serve.", "Write what it is for."),
    "bad_role": (
        "Il ruolo non va bene, o è più alto di quello della persona.",
        "The role is not right, or higher than the person's own.",
    ),
    "bad_member": ("Scrivi di chi è: un iscritto.", "Write whose it is: a member."),
    "many_member": (
        "Più persone si chiamano così: scrivi l'e-mail.",
        "Several people are called so: write the e-mail.",
    ),
}
