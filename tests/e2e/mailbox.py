"""A mail server on this machine that keeps what it is handed, and can be told to refuse."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.e2e.brokers import HOST, free_port


class Mailbox:
    """What came in, in order.

    `replies`: what the server says to the next letters; `reply`: and to all that follow.
    """

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.replies: list[str] = []
        self.reply = "250 OK"
        self.port = free_port()

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        reply = self.replies.pop(0) if self.replies else self.reply
        if reply.startswith("250"):
            content = envelope.original_content or b""
            letter = message_from_bytes(content, policy=policy.default)
            assert isinstance(letter, EmailMessage)
            self.letters.append(letter)
        return reply


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """Serve until the block ends."""
    box = Mailbox()
    server = Controller(box, hostname=HOST, port=box.port)
    server.start()
    try:
        yield box
    finally:
        server.stop()
