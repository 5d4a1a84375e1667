"""What the forms of several pages say."""

from api.pages.words import Texts

FORMS: Texts = {
    "save": ("Salva", "Save"),
    "add": ("Aggiungi", "Add"),
    "import": ("Importa CSV", "Import CSV"),
    "export": ("Esporta CSV", "Export CSV"),
    "find": ("Cerca", "Search"),
    "more": (
        "Ce ne sono altri: scrivi qualche lettera in più.",
        "There are more: write a few more letters.",
    ),
    "back": ("Torna indietro", "Back"),
    "yes": ("sì", "yes"),
    "no": ("no", "no"),
    "from_date": ("dal", "from"),
    "from_hour": ("dalle", "from"),
    "until_hour": ("alle", "until"),
    "of": ("di", "of"),
    "turn": ("Quale delle due", "Which of the two"),
    "turn_none": ("c'è una volta sola", "comes only once"),
    "turn_first": ("la prima volta (ora legale)", "the first time (summer time)"),
    "turn_second": ("la seconda volta (ora solare)", "the second time (winter time)"),
    "turns": ("Notte del cambio d'ora", "Night in which the clocks change"),
    "left_out_from": (
        "L'ora d'inizio non c'è in questa notte: si passa all'ora legale.",
        "The hour it begins at is left out this night: the clocks go forward.",
    ),
    "left_out_to": (
        "L'ora di fine non c'è in questa notte: si passa all'ora legale.",
        "The hour it ends at is left out this night: the clocks go forward.",
    ),
    "twice_from": (
        "L'ora d'inizio c'è due volte in questa notte: di' quale delle due.",
        "The hour it begins at comes twice this night: say which of the two.",
    ),
    "twice_to": (
        "L'ora di fine c'è due volte in questa notte: di' quale delle due.",
        "The hour it ends at comes twice this night: say which of the two.",
    ),
    "other": ("Controlla quello che hai scritto.", "Check what you have written."),
}
