"""Signatures: as the specification's own library makes them, and secrets that are none."""

from base64 import b64encode
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from daemon.webhooks.message import Message
from daemon.webhooks.signature import NotASecret, mark, secrets_in, signed

VECTOR = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
"""Secret, message and signature of the specification's own test vector."""
HELLO = Message("msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}')
THEN = datetime.fromtimestamp(1614265330, UTC)


def test_the_specifications_own_example_comes_out() -> None:
    assert signed(secrets_in(VECTOR), HELLO, THEN) == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@given(
    key=st.binary(min_size=24, max_size=64),
    body=st.text().map(str.encode),
    at=st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the zone is beside
)
def test_whatever_is_signed_is_signed_as_the_authors_of_the_standard_do(
    key: bytes, body: bytes, at: datetime
) -> None:
    secret = f"whsec_{b64encode(key).decode()}"
    made = signed(secrets_in(secret), Message("msg_1", body), at)["webhook-signature"]
    assert made == Webhook(secret).sign("msg_1", at, body.decode())


def test_while_a_secret_changes_both_are_good() -> None:
    other = f"whsec_{b64encode(b'x' * 32).decode()}"
    first, second = signed(secrets_in(f"{VECTOR}\n{other}\n"), HELLO, THEN)[
        "webhook-signature"
    ].split(" ")
    assert first == Webhook(VECTOR).sign(HELLO.id, THEN, HELLO.body.decode())
    assert second == Webhook(other).sign(HELLO.id, THEN, HELLO.body.decode())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has 0 lines"),
        ("\n \n", "has 0 lines"),
        (f"{VECTOR}\n" * 4, "has 4 lines"),
        ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "no secret: whsec_ and then base64"),
        ("whsec_", "no secret"),
        ("whsec_MfKQ9r8GKYq-TwjUPD8ILPZIo2LaLaSw", "no secret"),
        (f"{VECTOR} # ours", "no secret"),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwA", "breaks off"),
        ("whsec_MfKQ9r8GKYqrTwjU", "of 12 bytes; it takes 24 to 64"),
        (f"whsec_{b64encode(b'x' * 65).decode()}", "of 65 bytes"),
    ],
)
def test_what_is_no_secret_is_refused_and_not_quoted(text: str, words: str) -> None:
    with pytest.raises(NotASecret, match=words) as refused:
        secrets_in(text)
    assert "MfKQ" not in str(refused.value)


def test_a_secret_does_not_show_itself() -> None:
    assert "key" not in repr(secrets_in(VECTOR))


def test_a_mark_is_another_with_every_word_and_secret() -> None:
    other = f"whsec_{b64encode(b'x' * 32).decode()}"
    marks = {
        mark(secrets_in(secret), words)
        for secret in (VECTOR, other, f"{VECTOR}\n{other}")
        for words in (["a", "b"], ["a"], ["a", "c"])
    }
    assert len(marks) == 9
