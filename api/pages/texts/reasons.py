"""Why a door opened or did not, and what else happens at doors, as staff read it."""

from api.pages.words import Texts

REASONS: Texts = {
    "malformed": ("messaggio illeggibile", "unreadable message"),
    "unknown-door": ("porta non configurata", "door not set up"),
    "late": ("lettura arrivata tardi", "reading came too late"),
    "replay": ("numero di messaggio già usato", "message number used before"),
    "repeat": ("ripetizione, già aperto", "repeated, open already"),
    "fire": ("evacuazione", "evacuation"),
    "lockdown": ("edificio bloccato", "building locked down"),
    "held-locked": ("porta tenuta chiusa", "door held locked"),
    "unknown-badge": ("badge sconosciuto", "unknown badge"),
    "badge-lost": ("badge smarrito", "lost badge"),
    "badge-blocked": ("badge bloccato", "blocked badge"),
    "badge-expired": ("badge scaduto", "expired badge"),
    "badge-forged": ("badge non autentico", "badge not genuine"),
    "throttled": ("troppi tentativi", "too many tries"),
    "member-suspended": ("iscrizione sospesa", "membership suspended"),
    "membership-not-started": ("iscrizione non ancora iniziata", "membership not started"),
    "membership-expired": ("iscrizione scaduta", "membership expired"),
    "staff": ("staff", "staff"),
    "plan": ("piano", "plan"),
    "booking": ("prenotazione", "booking"),
    "guest": ("ospite di una prenotazione", "guest of a booking"),
    "visitor": ("visitatore", "visitor"),
    "gathering": ("corso o evento", "course or event"),
    "walk-in": ("sala libera", "room was free"),
    "open-schedule": ("orario di apertura", "opening hours"),
    "exit": ("uscita", "exit"),
    "outside-hours": ("fuori orario", "outside hours"),
    "holiday": ("giorno festivo", "holiday"),
    "no-entries-left": ("ingressi esauriti", "no entries left"),
    "booked-by-other": ("sala prenotata da altri", "room booked by somebody else"),
    "too-early": ("troppo presto", "too early"),
    "no-booking": ("senza prenotazione", "no booking"),
    "room-closed": ("sala non compresa", "room not included"),
    "capacity": ("sala al completo", "room is full"),
    "passback": ("già all'interno", "inside already"),
    "pin-needed": ("PIN mancante", "PIN missing"),
    "pin-wrong": ("PIN errato", "wrong PIN"),
    "second-badge-needed": ("serve un secondo badge", "second badge needed"),
    "broken-facts": ("dati incompleti", "incomplete data"),
}
"""By the stable code of the decision."""

HAPPENINGS: Texts = {
    "door-forced": ("Porta forzata", "Door forced"),
    "door-held-open": ("Porta rimasta aperta", "Door left open"),
    "feed-stale": ("Un calendario non si aggiorna", "A calendar is out of date"),
    "broken-facts": (
        "Un badge rimanda a dati che mancano",
        "A badge points at data that is missing",
    ),
    "no-entries-left": (
        "Dentro senza ingressi rimasti",
        "Inside with no entries left",
    ),
    "remote-unlock": ("Porta aperta da", "Door opened by"),
    "hold-open": ("Porta tenuta aperta da", "Door held open by"),
    "hold-locked": ("Porta tenuta chiusa da", "Door held locked by"),
    "hold-ended": ("Porta di nuovo normale, per", "Door back to normal, by"),
    "lockdown": ("Edificio bloccato da", "Building locked down by"),
    "lockdown-ended": ("Blocco tolto da", "Lockdown ended by"),
    "evacuation": ("Evacuazione avviata da", "Evacuation begun by"),
    "evacuation-ended": ("Evacuazione chiusa da", "Evacuation ended by"),
}
"""Alarms, and what staff ordered, by the reason of the entry."""
