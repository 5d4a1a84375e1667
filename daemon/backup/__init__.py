"""A consistent copy of the books while they are in use, and a checked way back.

BackupError   a copy can't be made, is no copy of ours, or can't be put back; the sentence says why
"""


class BackupError(Exception):
    """The copy can't be made or used; the sentence says why and what to do."""
