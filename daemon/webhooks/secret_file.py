"""The file of a webhook's secret: read when the API starts.

UnusableSecret   there is no secret to be had; the sentence says which file, why, and what to do
"""

from collections.abc import Sequence
from pathlib import Path

from daemon.private_file import Unfit, text_in
from daemon.webhooks.signature import NotASecret, Secret, secrets_in


class UnusableSecret(Exception):
    """A webhook's messages cannot be signed."""


def secrets_of(path: Path) -> Sequence[Secret]:
    """Return the secrets in the file; raises UnusableSecret in one line."""
    try:
        return secrets_in(text_in(path))
    except FileNotFoundError:
        raise UnusableSecret(
            f"the webhook's secret {path}: there is no such file; write the receiver's secret "
            "there, whsec_ and then base64, and let nobody else read it"
        ) from None
    except Unfit as why:
        raise UnusableSecret(f"the webhook's secret {path}: {why}") from None
    except NotASecret as why:
        raise UnusableSecret(f"the webhook's secret {path}: the file {why}") from None
