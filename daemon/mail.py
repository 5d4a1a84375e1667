"""Hands letters to the mail server, one connection each, with a time limit on everything.

Refused       this letter can never be delivered as it is; the next one may be
Unreachable   the server does not answer or wants it later; trying again can help
"""

import smtplib
import ssl
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import make_msgid

from daemon.config.mail_server import MailServer
from daemon.letters import Letter
from devices.contract import Refused, Unreachable

_PATIENCE = 10.0
_NEVER = 500
"""From this reply code on a refusal is for good (RFC 5321, 4.2.1)."""


def send(server: MailServer, sender: str, recipient: str, letter: Letter) -> None:
    """Hand one letter in; no error names the recipient."""
    message = _message(sender, recipient, letter)
    try:
        with _connected(server) as line:
            line.send_message(message)
    except smtplib.SMTPRecipientsRefused as refusal:
        codes = [code for code, _ in refusal.recipients.values()]
        raise _problem(min(codes), "the mail server takes no mail for this address") from None
    except smtplib.SMTPResponseException as refusal:
        why = refusal.smtp_error
        text = why.decode(errors="replace") if isinstance(why, bytes) else why
        raise _problem(refusal.smtp_code, f"the mail server says: {text[:200]}") from None
    except (OSError, smtplib.SMTPException) as trouble:
        raise Unreachable(f"the mail server can't be used: {trouble}") from None


def _connected(server: MailServer) -> smtplib.SMTP:
    if server.tls:
        context = ssl.create_default_context()
        line: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=_PATIENCE, context=context
        )
    else:
        line = smtplib.SMTP(server.host, server.port, timeout=_PATIENCE)
    try:
        if not server.tls and not server.is_near:
            line.starttls(context=ssl.create_default_context())
        if server.username is not None and server.password is not None:
            line.login(server.username, server.password)
    except BaseException:
        line.close()
        raise
    return line


def _message(sender: str, recipient: str, letter: Letter) -> EmailMessage:
    try:
        message = EmailMessage()
        message["From"] = sender
        message["To"] = Address(addr_spec=recipient)
        message["Subject"] = letter.subject
        message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].strip("> "))
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notes back to us
        message.set_content(letter.text)
    except (ValueError, IndexError, MessageError):
        raise Refused("this is no address that mail can go to") from None
    return message


def _problem(code: int, sentence: str) -> Refused | Unreachable:
    return Refused(sentence) if code >= _NEVER else Unreachable(sentence)
