"""How the schema came to be what it is, a file a step; a new one follows the last by its number.

Nothing is imported from here but the list of steps, because Alembic costs memory and time that a
doorman with a current schema does not pay.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
VERSIONS: tuple[str, ...] = tuple(
    sorted(step.name[1:5] for step in (FOLDER / "versions").glob("r[0-9]*.py"))
)
"""The revisions in order; a file `r0001_….py` is revision `0001`. The last is this program's."""
HEAD = VERSIONS[-1]
