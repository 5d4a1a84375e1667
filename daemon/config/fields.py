"""The kinds of values in a configuration, with the words an operator reads if one doesn't fit.

Validators raise ValueError with a whole sentence; else the description ends the sentence.
The validation context is the folder of the configuration file, where relative paths start.
"""

import re
from collections.abc import Mapping
from datetime import date, time
from email.utils import parseaddr
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from daemon.access.facts import Role
from daemon.config.addresses import parse_broker, parse_database, parse_listen
from daemon.config.mail_server import parse_mail_server
from daemon.config.problems import either, nearest, wrong
from daemon.holidays_of import check_code
from devices.contract import OptionValue

ID_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,62}$"
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_DATE = re.compile(r"(\d{4}-)?\d{2}-\d{2}", re.ASCII)
_HOST = re.compile(r"[^\s/@]{1,253}")
_LEAP_YEAR = 2000
_ZONES = 1000


def _time_of_day(value: object) -> time:
    if isinstance(value, time):
        return value
    if isinstance(value, str) and _TIME.fullmatch(value):
        return time.fromisoformat(value)
    raise ValueError(wrong(value, 'a time of day such as "04:00"'))


def _day(value: object) -> str:
    """Return `MM-DD` or `YYYY-MM-DD`, a date that exists; 29 February does in some years."""
    text = value.isoformat() if type(value) is date else value
    if isinstance(text, str) and _DATE.fullmatch(text) and _exists(text):
        return text
    raise ValueError(
        wrong(value, 'a date: "06-05" for every year or "2026-12-24" for one, month before day')
    )


def _exists(text: str) -> bool:
    try:
        date.fromisoformat(text if len(text) > len("MM-DD") else f"{_LEAP_YEAR}-{text}")
    except ValueError:
        return False
    return True


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        hint = nearest(name, sorted(available_timezones()), most=_ZONES)
        sentence = wrong(name, "an IANA time zone such as `Europe/Rome`") + hint
        raise ValueError(sentence) from None
    return name


def _holiday_code(code: str) -> str:
    check_code(code)
    return code


def _uid_format(name: str) -> str:
    if name not in UID_FORMATS:
        raise ValueError(wrong(name, either(UID_FORMATS)) + nearest(name, UID_FORMATS))
    return name


def _host(name: str) -> str:
    if _HOST.fullmatch(name) is None:
        raise ValueError(wrong(name, "a host's name or address alone, such as `nas.local`"))
    return name.lower()


def _web_address(text: str) -> str:
    if not text.startswith(("https://", "http://")):
        raise ValueError(wrong(text, "an address that begins with `https://` or `http://`"))
    return text


def _broker(text: str) -> str:
    parse_broker(text)
    return text


def _mail_server(text: str) -> str:
    parse_mail_server(text)
    return text


def _sender(text: str) -> str:
    _, address = parseaddr(text)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", address):
        raise ValueError(wrong(text, 'a sender such as "CoOffice <porter@example.org>"'))
    return text


def _listen(text: str) -> str:
    parse_listen(text)
    return text


def folder_of(info: ValidationInfo) -> Path:
    if not isinstance(info.context, Path):
        raise TypeError("settings are validated with the configuration's folder as context")
    return info.context


def _database(text: str, info: ValidationInfo) -> str:
    return parse_database(text, folder_of(info))


def _file(text: object, info: ValidationInfo) -> Path:
    if isinstance(text, Path) or (isinstance(text, str) and text.strip() and text.isprintable()):
        return folder_of(info) / text
    raise ValueError(wrong(text, "the path of a file"))


Id = Annotated[
    str,
    Field(
        pattern=ID_PATTERN,
        description="an id: 1 to 63 of a-z, 0-9, `-` and `_`, beginning with a letter or digit",
    ),
]
Text = Annotated[
    str,
    Field(pattern=r"^[^\p{Cc}]*[^\p{Cc}\s][^\p{Cc}]*$", max_length=200),
    Field(description="a text of 1 to 200 characters on one line"),
]
People = Annotated[
    int, Field(ge=1, le=1_000_000, description="a whole number of people from 1 to 1000000")
]
Blur = Annotated[int, Field(ge=0, le=50, description="a whole number of people from 0 (off) to 50")]
Minutes = Annotated[
    int, Field(ge=0, le=1440, description="a whole number of minutes from 0 to 1440")
]
MinutesAtLeastOne = Annotated[
    int, Field(ge=1, le=1440, description="a whole number of minutes from 1 to 1440")
]
Seconds = Annotated[
    int, Field(ge=1, le=3600, description="a whole number of seconds from 1 to 3600")
]
SecondsOrOff = Annotated[
    int, Field(ge=0, le=3600, description="a whole number of seconds from 0 (off) to 3600")
]
Days = Annotated[int, Field(ge=1, le=3650, description="a whole number of days, 1 to 3650")]
Visitors = Annotated[
    int, Field(ge=0, le=1000, description="a whole number from 0 (any number) to 1000")
]
Refusals = Annotated[
    int, Field(ge=0, le=1000, description="a whole number of refusals from 0 (off) to 1000")
]
Switch = Annotated[bool, Field(description="true or false, without quotes")]
WebAddress = Annotated[str, AfterValidator(_web_address), Field(description="a web address")]
UID_FORMATS = (
    "hex",
    "hex-reversed",
    "hex-unpadded",
    "decimal",
    "decimal-reversed",
    "wiegand26",
    "wiegand34",
    "em4100",
)
UidFormat = Annotated[str, AfterValidator(_uid_format), Field(description=either(UID_FORMATS))]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]
Day = Annotated[str, BeforeValidator(_day)]
Zone = Annotated[
    str, AfterValidator(_zone), Field(description="an IANA time zone such as `Europe/Rome`")
]
HolidayCode = Annotated[
    str,
    AfterValidator(_holiday_code),
    Field(description="a code of the holidays library, such as `IT` or `IT-VR`"),
]
Host = Annotated[str, AfterValidator(_host), Field(description="a host's name or address")]
Parameters = Annotated[
    tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,32}$")], ...],
    Field(strict=False, min_length=1, max_length=8, description='a list of names such as ["e"]'),
]
FilePath = Annotated[Path, BeforeValidator(_file)]
BrokerAddress = Annotated[
    str, AfterValidator(_broker), Field(description="an address such as `mqtts://…`, in quotes")
]
DatabaseAddress = Annotated[
    str, AfterValidator(_database), Field(description="an address such as `sqlite:///usciere.db`")
]
MailAddress = Annotated[
    str,
    AfterValidator(_mail_server),
    Field(description="an address such as `smtps://…`, in quotes"),
]
Sender = Annotated[str, AfterValidator(_sender), Field(description="a sender's address, in quotes")]
ListenAddress = Annotated[
    str, AfterValidator(_listen), Field(description="host and port, such as `127.0.0.1:8000`")
]
TopicLevel = Annotated[
    str,
    Field(pattern=r"^[^/+#$\p{Cc}\s][^/+#\p{Cc}]{0,62}$"),
    Field(description="one topic level of 1 to 63 characters, without `/`, `+` and `#`"),
]
Word = Annotated[str, Field(description="a name in quotes")]
Options = Annotated[
    Mapping[str, OptionValue], AfterValidator(MappingProxyType), Field(strict=False)
]
ROLES = either(Role)
