"""The address of the mail server: what is understood, and what is refused in words."""

import pytest

from daemon.config.mail_server import MailServer, parse_mail_server


def test_an_address_says_how_the_server_is_reached() -> None:
    server = MailServer("mail.example.org", 587, False, "a@b", "p/w")  # noqa: FBT003 - one of its fields
    assert parse_mail_server("smtp://a%40b:p%2Fw@mail.example.org") == server
    assert parse_mail_server("smtps://mail.example.org") == MailServer(
        "mail.example.org", 465, tls=True
    )


@pytest.mark.parametrize(
    ("address", "near"),
    [("smtp://127.0.0.1:25", True), ("smtp://[::1]", True), ("smtp://localhost", True),
     ("smtp://10.0.0.1", False), ("smtp://localhost.example.org", False)],
)  # fmt: skip
def test_only_this_machine_is_near(address: str, near: bool) -> None:  # noqa: FBT001 - a parameter
    assert parse_mail_server(address).is_near is near


@pytest.mark.parametrize(
    "address",
    ["mail.example.org", "http://h", "smtp://", "smtp://h:0", "smtp://h:x", "smtp://h/x",
     "smtp://user@h", "smtp://h?x", "smtp://[::1"],
)  # fmt: skip
def test_what_is_no_mail_server_is_refused_and_no_password_quoted(address: str) -> None:
    with pytest.raises(ValueError, match="expected `smtp://"):
        parse_mail_server(address)
    with pytest.raises(ValueError, match="expected") as refused:
        parse_mail_server("smtp://porter:s3cret@host:99999999")
    assert "s3cret" not in str(refused.value)
