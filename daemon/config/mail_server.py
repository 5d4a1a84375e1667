"""The address of the mail server in a configuration. No text here ever shows a password."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from daemon.config.addresses import is_this_machine
from daemon.config.problems import shown

_EXPECTED = "`smtp://user:password@host:587`, `smtps://user:password@host` or `smtp://127.0.0.1:25`"
_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in. `tls`: from the first byte; else by STARTTLS, but on this machine.

    Submission is RFC 6409 (port 587), TLS from the start RFC 8314 (port 465).
    """

    host: str
    port: int
    tls: bool
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def is_near(self) -> bool:
        """Tell whether it runs on this machine, where nobody listens in."""
        return is_this_machine(self.host)


def parse_mail_server(text: str) -> MailServer:
    """Return what an address means; raises ValueError with what to write instead."""
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        raise ValueError(f"its host or port can't be read, expected {_EXPECTED}") from None
    if url.scheme not in _PORTS:
        raise ValueError(f"found the scheme {shown(url.scheme)}, expected {_EXPECTED}")
    if not url.hostname or port == 0 or url.path.strip("/") or url.query or url.fragment:
        raise ValueError(f"found no host, or something behind host and port; expected {_EXPECTED}")
    if (url.username is None) != (url.password is None):
        raise ValueError(f"found a user without a password, expected {_EXPECTED}")
    user, password = (
        None if part is None else unquote(part) for part in (url.username, url.password)
    )
    return MailServer(
        url.hostname, port or _PORTS[url.scheme], url.scheme == "smtps", user, password
    )
