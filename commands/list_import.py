"""A CSV file of visitors, bookings or attendees at the command line."""

from pathlib import Path

from commands.failures import Failed
from commands.importing import content_of, refusal
from commands.office import Office
from daemon.store.lines import Lines, take_lines


def import_lines(here: Office, file: Path, lines: Lines) -> int:
    """Write every line of a file; return how many.

    Raises Failed with all that is wrong, and then nothing is written.
    """
    count, troubles = take_lines(here.act, content_of(file), lines)
    if troubles:
        raise Failed(refusal(troubles, "nothing was imported"))
    return count
