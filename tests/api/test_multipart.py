"""Forms that bring a file along: read as browsers send them, refused as a whole if odd."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.multipart import Garbled, read

KIND = "multipart/form-data; boundary=----WebKitFormBoundaryabc123"
MARK = b"------WebKitFormBoundaryabc123"


def part(name: str, content: bytes, file: str = "") -> bytes:
    """Return a part as Chromium and Firefox write it."""
    more = f'; filename="{file}"\r\nContent-Type: text/calendar' if file else ""
    head = f'Content-Disposition: form-data; name="{name}"{more}'
    return b"\r\n".join((MARK, head.encode(), b"", content)) + b"\r\n"


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + MARK + b"--\r\n"


@given(st.binary(max_size=300), st.text(max_size=100))
def test_what_is_sent_is_what_is_read(content: bytes, said: str) -> None:
    if MARK in content or MARK in said.encode("utf-8", "replace"):
        return
    text = said.encode("utf-8", "replace").decode()
    body = form(part("mark", text.encode()), part("file", content, "a.ics"))
    found = read(KIND, body)
    assert (found.fields, found.files) == ({"mark": text}, {"file": content})


@given(st.binary(max_size=300), st.text(max_size=120))
def test_whatever_comes_is_read_or_refused(body: bytes, kind: str) -> None:
    for content_type in (KIND, kind):
        for sent in (body, form(body), MARK + b"\r\n" + body + MARK + b"--"):
            try:
                read(content_type, sent)
            except Garbled:
                continue


ONE = part("a", b"1")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", form(ONE)),
        ("multipart/form-data; boundary=", form(ONE)),
        ("multipart/form-data; boundary=" + "x" * 71, form(ONE)),
        ("multipart/form-data; boundary=a\r\nb", form(ONE)),
        (KIND, b""),
        (KIND, form()),
        (KIND, ONE),
        (KIND, b"before" + form(ONE)),
        (KIND, form(ONE) + b"after"),
        (KIND, form(ONE, ONE)),
        (KIND, form(ONE, part("a", b"1", "a.ics"))),
        (KIND, form(*(part(f"f{number}", b"") for number in range(25)))),
        (KIND, form(part("a", b"\xff"))),
        (KIND, form(part("a" * 101, b""))),
        (KIND, form(part('a"; filename="b', b"").replace(b"name=", b"nom="))),
        (KIND, form(ONE.replace(b"form-data", b"attachment"))),
        (KIND, form(ONE.replace(b"\r\n\r\n", b"\r\n"))),
    ],
)
def test_what_is_odd_is_refused_as_a_whole(kind: str, body: bytes) -> None:
    with pytest.raises(Garbled):
        read(kind, body)


def test_a_large_file_is_read_whole() -> None:
    content = b"\r\n--" * 500_000
    assert read(KIND, form(ONE, part("file", content, "a.ics"))).files == {"file": content}


def test_what_is_refused_says_why_in_one_sentence() -> None:
    for body, why in (
        (form(part("a", b"\xfe")), "a field is no UTF-8"),
        (form(ONE, ONE), "a field stands twice, or its name is too long"),
        (form(*(part(f"f{number}", b"") for number in range(25))), "segment count"),
        (form(ONE).replace(b"name=", b"\xfe="), "failed to decode"),
    ):
        with pytest.raises(Garbled, match=why):
            read(KIND, body)


def test_a_boundary_may_stand_in_quotes_and_the_end_need_no_new_line() -> None:
    quoted = KIND.replace("boundary=", 'boundary="') + '"'
    assert read(quoted, form(ONE)).fields == {"a": "1"}
    assert read(KIND, form(ONE)[:-2]).fields == {"a": "1"}
