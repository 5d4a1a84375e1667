"""What members are written, in both languages."""

from datetime import datetime
from zoneinfo import ZoneInfo

from daemon.access.words import Language
from daemon.letters import Reader, room_released, visitor_arrived

ROME = ZoneInfo("Europe/Rome")
TEN = datetime(2026, 11, 25, 10, 0, tzinfo=ROME)
ANNA = Reader("Anna Bianchi", Language.ITALIAN, "CoOffice")
JOHN = Reader("John Doe", Language.ENGLISH, "CoOffice")


def test_a_holder_reads_which_room_is_free_again() -> None:
    letter = room_released(ANNA, "Sala riunioni", TEN, TEN.replace(hour=11))
    assert letter.subject == "Sala riunioni è di nuovo libera: la tua prenotazione è decaduta"
    assert letter.text == (
        "Ciao Anna,\n\nSala riunioni era prenotata a tuo nome: il 25 novembre 2026 alle 10:00, "
        "fino alle 11:00.\nNon si è presentato nessuno, così la sala è tornata libera.\n"
        "Se ti serve ancora, prenotala di nuovo.\n\nCoOffice\n"
    )
    english = room_released(JOHN, "Sala riunioni", TEN, TEN.replace(hour=11))
    assert english.subject == "Sala riunioni is free again: your booking was released"
    assert "on 25 November 2026 at 10:00, until 11:00" in english.text


def test_a_host_reads_who_is_here() -> None:
    assert visitor_arrived(ANNA, "Vera", TEN).subject == "Vera ti aspetta all'ingresso"
    assert visitor_arrived(JOHN, "Vera", TEN).text.splitlines()[2] == (
        "At 10:00 the door opened for Vera."
    )
