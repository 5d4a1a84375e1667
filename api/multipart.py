"""Forms that bring a file along, pure: multipart/form-data (RFC 7578) in, fields and files out.

A browser's own form is what is read here; whatever is odd in it is refused as a whole.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_BOUNDARY = re.compile(
    r"multipart/form-data; *boundary=(?:\"([\w'()+,./:=?-]{1,70})\"|([\w'()+,./:=?-]{1,70}))",
    re.ASCII | re.IGNORECASE,
)
_DISPOSITION = re.compile(
    rb'content-disposition: *form-data; *name="([\w .-]{1,100})"(; *filename="[^"\r\n]*")?',
    re.IGNORECASE,
)
_MOST_PARTS = 20
_LONGEST_HEAD = 2000


class Garbled(ValueError):
    """It is no sound form; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What was written, and what was chosen as a file, by the name of the field."""

    fields: Mapping[str, str]
    files: Mapping[str, bytes]


def read(content_type: str, body: bytes) -> Parts:
    """Return the parts of a form; raises Garbled."""
    match = _BOUNDARY.fullmatch(content_type.strip())
    if match is None:
        raise Garbled("its content type names no boundary")
    mark = b"\r\n--" + (match[1] or match[2]).encode("ascii")
    opening, *pieces = (b"\r\n" + body).split(mark, _MOST_PARTS + 2)
    if opening or len(pieces) < 2 or pieces[-1] not in {b"--", b"--\r\n"}:  # noqa: PLR2004 - a part, and the end
        raise Garbled("it does not begin or end as it should, or has too many parts")
    fields: dict[str, str] = {}
    files: dict[str, bytes] = {}
    for piece in pieces[:-1]:
        name, is_file, content = _part(piece)
        if name in fields or name in files:
            raise Garbled("a field stands twice")
        if is_file:
            files[name] = content
        else:
            fields[name] = _text(content)
    return Parts(fields, files)


def _part(piece: bytes) -> tuple[str, bool, bytes]:
    head, blank, content = piece.partition(b"\r\n\r\n")
    if not blank or not head.startswith(b"\r\n") or len(head) > _LONGEST_HEAD:
        raise Garbled("a part has no head")
    found = [match for line in head.split(b"\r\n") if (match := _DISPOSITION.fullmatch(line))]
    if len(found) != 1:
        raise Garbled("a part does not say what it is")
    return found[0][1].decode("ascii", "replace"), found[0][2] is not None, content


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise Garbled("a field is no UTF-8") from None
