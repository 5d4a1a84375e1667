"""How large a drill is: small where it runs every day, full where somebody asks for it by hand."""

import os


def size(name: str, small: int) -> int:
    """Return the whole number that the environment gives under this name, else `small`."""
    return int(os.environ.get(name) or small)
