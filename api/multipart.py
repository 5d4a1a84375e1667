"""Forms that bring a file along: multipart/form-data (RFC 7578) in, fields and files out.

A browser's own form is what is read here; whatever is odd in it is refused as a whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

from multipart import MultipartError, MultipartParser, parse_options_header

_MOST_PARTS = 20
_LONGEST_BOUNDARY = 70  # RFC 2046, 5.1.1
_LONGEST_NAME = 100


class Garbled(ValueError):
    """It is no sound form; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What was written, and what was chosen as a file, by the name of the field."""

    fields: Mapping[str, str]
    files: Mapping[str, bytes]


def read(content_type: str, body: bytes) -> Parts:
    """Return the parts of a form; raises Garbled."""
    fields: dict[str, str] = {}
    files: dict[str, bytes] = {}
    try:
        for part in _parser(content_type, body):
            if part.name in fields or part.name in files or len(part.name) > _LONGEST_NAME:
                raise Garbled("a field stands twice, or its name is too long")
            if part.filename is None:
                fields[part.name] = part.value
            else:
                files[part.name] = part.raw
    except MultipartError as odd:
        raise Garbled(str(odd.args[0])) from None
    except UnicodeError:
        raise Garbled("a field is no UTF-8") from None
    return Parts(fields, files)


def _parser(content_type: str, body: bytes) -> MultipartParser:
    boundary = parse_options_header(content_type)[1].get("boundary", "")
    end = f"--{boundary}--".encode()
    if len(boundary) > _LONGEST_BOUNDARY or not body.rstrip(b"\r\n").endswith(b"\r\n" + end):
        raise Garbled("it does not end as its content type says")  # what comes later goes unread
    return MultipartParser(
        BytesIO(body),
        boundary,
        strict=True,
        part_limit=_MOST_PARTS,
        spool_limit=len(body),  # nothing is put on the disk: all of it is in memory already
        memory_limit=len(body),
    )
