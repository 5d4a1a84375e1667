"""The settings: what a configuration means, typed and frozen. Attributes are named as the keys."""

import re
from collections.abc import Mapping, Sequence
from datetime import time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, PrivateAttr, ValidationInfo, model_validator

from daemon.access.facts import Passback, Role, SiteCalendar, Window
from daemon.alarms.limits import Limits
from daemon.config import fields
from daemon.config.addresses import Broker, Listen, parse_broker, parse_listen
from daemon.config.cards import Cards
from daemon.config.drivers import with_absolute_paths
from daemon.config.home_assistant import HomeAssistant
from daemon.config.mail_server import MailServer, parse_mail_server
from daemon.config.table import Table
from daemon.config.webhooks import Webhook
from daemon.holidays_of import OwnHoliday, SiteHolidays


class ExtraHoliday(Table):
    """A date of the site's own: `MM-DD` every year from `from_year` on, or `YYYY-MM-DD` once."""

    date: fields.Day
    name: fields.Text
    from_year: Annotated[int | None, Field(ge=1, le=9999, description="a year such as 2019")] = None

    @model_validator(mode="after")
    def _begins_only_if_yearly(self) -> "ExtraHoliday":
        if self.from_year is not None and self.own().year is not None:
            raise ValueError(
                f"`from_year` found beside the single date `{self.date}`; "
                "write the date as MM-DD, or leave `from_year` out"
            )
        return self

    def own(self) -> OwnHoliday:
        *year, month, day = (int(part) for part in self.date.split("-"))
        return OwnHoliday(month, day, self.name, year[0] if year else None, self.from_year)


class Opening(Table):
    """When the house is open on some weekdays, as reports count it; `to` <= `from`: overnight."""

    days: Annotated[
        tuple[fields.Weekday, ...],
        Field(strict=False, min_length=1, description='a list such as ["mon", "tue"]'),
    ]
    since: Annotated[fields.TimeOfDay, Field(alias="from")]
    to: fields.TimeOfDay

    def window(self) -> Window:
        return Window(frozenset(map(fields.WEEKDAYS.index, self.days)), self.since, self.to)


class Site(Table):
    """The building. `timezone` is Europe/Rome unless said; no `capacity` means no warnings.

    `blur_below`: the public is told no smaller count of people than one less, but for nobody.
    """

    id: fields.Id
    name: fields.Text
    timezone: fields.Zone = "Europe/Rome"
    language: Annotated[Literal["it", "en"], Field(description="`it` or `en`")] = "it"
    capacity: fields.People | None = None
    day_ends: fields.TimeOfDay = time(4)
    holidays: fields.HolidayCode | None = None
    extra_holidays: Annotated[
        tuple[ExtraHoliday, ...],
        Field(strict=False, description='a list such as [{ date = "06-05", name = "Patrono" }]'),
    ] = ()
    opening: Annotated[
        tuple[Opening, ...],
        Field(
            strict=False,
            description='a list such as [{ days = ["mon"], from = "08:00", to = "20:00" }]',
        ),
    ] = (Opening.model_validate({"days": fields.WEEKDAYS[:5], "from": "08:00", "to": "20:00"}),)
    blur_below: fields.Blur = 0
    badge_key_file: fields.FilePath = Path("badge.key")

    @property
    def opening_hours(self) -> Sequence[Window]:
        return [each.window() for each in self.opening]

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class Database(Table):
    """Where everything is kept; a SQLite path is absolute here."""

    url: fields.DatabaseAddress = Field(default="sqlite:///usciere.db", repr=False)


class Mqtt(Table):
    """The broker, and the first level of every native topic."""

    url: fields.BrokerAddress = Field(default="embedded://127.0.0.1:1883", repr=False)
    base: fields.TopicLevel = "usciere"

    @cached_property
    def broker(self) -> Broker:
        return parse_broker(self.url)


class Api(Table):
    """Where HTTP is served."""

    listen: fields.ListenAddress = "127.0.0.1:8000"

    @cached_property
    def address(self) -> Listen:
        return parse_listen(self.listen)

    @property
    def host(self) -> str:
        return self.address.host

    @property
    def port(self) -> int:
        return self.address.port


class Access(Table):
    """Times around bookings, taps and entries; 0 minutes of release, 0 seconds of repeat: never.

    `no_entries`: what becomes of who has none left. A half-day entry ends or begins `half_day_at`.
    `passback_minutes`: for how long a `timed` passback holds; `second_badge_seconds`: how soon the
    second of two badges must follow. `visitors_per_month`: for each host; 0 means any number.
    Without `release_while_inside` no room is given back whose holder is in the building.
    """

    early_minutes: fields.Minutes = 10
    late_minutes: fields.Minutes = 5
    release_minutes: fields.Minutes = 15
    release_while_inside: fields.Switch = True
    max_tap_age_seconds: fields.Seconds = 10
    repeat_seconds: fields.SecondsOrOff = 5
    passback_minutes: fields.MinutesAtLeastOne = 15
    second_badge_seconds: fields.Seconds = 30
    no_entries: Annotated[Literal["refuse", "warn"], Field(description="`refuse` or `warn`")] = (
        "refuse"
    )
    half_day_at: fields.TimeOfDay = time(13, 30)
    visitors_per_month: fields.Visitors = 0


class Alarms(Table):
    """From when on staff are alarmed; 0 is never."""

    held_open_warning_seconds: fields.SecondsOrOff = 10
    silent_minutes: fields.Minutes = 10
    refusals: fields.Refusals = 5
    refusals_within_seconds: fields.Seconds = 60
    clock_drift_seconds: fields.SecondsOrOff = 5

    def limits(self) -> Limits:
        return Limits(
            timedelta(seconds=self.held_open_warning_seconds) or None,
            timedelta(minutes=self.silent_minutes) or None,
            self.refusals or None,
            timedelta(seconds=self.refusals_within_seconds),
            timedelta(seconds=self.clock_drift_seconds) or None,
        )


class Calendars(Table):
    """How often feeds are read, and hosts that one may come from although they are not public."""

    every_minutes: fields.MinutesAtLeastOne = 15
    allow_hosts: Annotated[
        tuple[fields.Host, ...],
        Field(strict=False, description='a list of hosts such as ["nas.local"]'),
    ] = ()

    @property
    def every(self) -> timedelta:
        return timedelta(minutes=self.every_minutes)


class Mail(Table):
    """Who hands letters to members on, and whom they come from."""

    url: Annotated[fields.MailAddress, Field(repr=False)]
    sender: fields.Sender

    @cached_property
    def server(self) -> MailServer:
        return parse_mail_server(self.url)


class Retention(Table):
    """For how many days it is kept who came, who was refused, and who visited."""

    visits_days: fields.Days = 90
    refusals_days: fields.Days = 30
    visitors_days: fields.Days = 7


class SpaceApi(Table):
    """What /spaceapi.json says of the place itself."""

    url: fields.WebAddress
    logo: fields.WebAddress
    address: fields.Text | None = None
    lat: Annotated[float, Field(ge=-90, le=90, description="degrees north, -90 to 90")]
    lon: Annotated[float, Field(ge=-180, le=180, description="degrees east, -180 to 180")]
    email: fields.Text


class Room(Table):
    """A place people can be in; named by its id unless it has a name."""

    id: fields.Id
    name: fields.Text = ""
    area_m2: Annotated[
        float | None,
        Field(gt=0, le=1_000_000, description="square metres, a number above 0"),
    ] = None
    capacity: fields.People | None = None
    bookable: fields.Switch = False
    walk_in: fields.Switch = False
    enforce_capacity: fields.Switch = False

    @model_validator(mode="before")
    @classmethod
    def _named(cls, table: object) -> object:
        return _named(table)


class Device(Table):
    """A lock or contact: its driver, and in `options` the driver's own keys beside it."""

    driver: fields.Word = "mqtt"
    options: fields.Options = Field(default={})

    @model_validator(mode="before")
    @classmethod
    def _gather_options(cls, table: object, info: ValidationInfo) -> object:
        """Move the driver's keys into `options`; `daemon.config.checks` judges them."""
        if not isinstance(table, dict):
            return table
        own = {key: table[key] for key in table if key in cls.own_keys()}
        options = {key: table[key] for key in table if key not in own}
        return own | {"options": with_absolute_paths(options, fields.folder_of(info))}

    @classmethod
    def own_keys(cls) -> frozenset[str]:
        return frozenset(cls.model_fields) - {"options"}


class Reader(Device):
    """Reads badges. A role left out is `entry` at an entrance, else `room`."""

    id: fields.Id = "main"
    role: Annotated[Role, Field(strict=False, description=fields.ROLES)]
    uid_format: fields.UidFormat = "hex"


class Door(Table):
    """Something a badge opens. Without readers it has one native reader, `main`."""

    id: fields.Id
    name: fields.Text = ""
    room: fields.Id
    entrance: fields.Switch = False
    unlock_seconds: fields.Seconds = 5
    held_open_seconds: fields.Seconds = 30
    strength: Annotated[
        Literal["number", "cryptographic"], Field(description="`number` or `cryptographic`")
    ] = "number"
    passback: Annotated[
        Passback, Field(strict=False, description="`off`, `alert`, `enforce` or `timed`")
    ] = Passback.OFF
    pin: fields.Switch = False
    hmac_key_file: fields.FilePath | None = None
    two_badges: fields.Switch = False
    open: Annotated[
        tuple[Opening, ...],
        Field(
            strict=False,
            description='a list such as [{ days = ["mon"], from = "09:00", to = "18:00" }]',
        ),
    ] = ()
    readers: Annotated[
        tuple[Reader, ...], Field(strict=False, description="tables written [[doors.readers]]")
    ]
    lock: Device
    contact: Device | None = None

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, table: object) -> object:
        """Add the default name, lock, reader and roles."""
        if not isinstance(table, dict):
            return table
        role = Role.ENTRY if table.get("entrance") is True else Role.ROOM
        readers = table.get("readers") or [{}]
        if isinstance(readers, list):
            readers = [
                {"role": role.value} | reader if isinstance(reader, dict) else reader
                for reader in readers
            ]
        return _named({"lock": {}} | table | {"readers": readers})


class Settings(Table):
    """One site's whole configuration. `folder` is where its file lies."""

    site: Site
    database: Database
    mqtt: Mqtt
    api: Api
    access: Access
    alarms: Alarms
    calendars: Calendars
    mail: Mail | None = None
    retention: Retention
    cards: Cards
    spaceapi: SpaceApi | None = None
    homeassistant: HomeAssistant | None = None
    webhooks: Annotated[
        tuple[Webhook, ...], Field(strict=False, description="tables written [[webhooks]]")
    ] = ()
    rooms: Annotated[
        tuple[Room, ...],
        Field(strict=False, min_length=1, description="at least one table written [[rooms]]"),
    ]
    doors: Annotated[
        tuple[Door, ...],
        Field(strict=False, min_length=1, description="at least one table written [[doors]]"),
    ]
    _folder: Path = PrivateAttr()
    _rooms: dict[str, Room] = PrivateAttr()
    _doors: dict[str, Door] = PrivateAttr()

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, document: object) -> object:
        """Add the tables that may be left out; their own defaults fill them."""
        optional = (
            "retention",
            "database",
            "mqtt",
            "api",
            "access",
            "alarms",
            "calendars",
            "cards",
        )
        absent: dict[str, object] = {key: {} for key in optional}
        return absent | document if isinstance(document, dict) else document

    @model_validator(mode="after")
    def _look_up(self, info: ValidationInfo) -> "Settings":
        self._folder = fields.folder_of(info)
        self._rooms = {room.id: room for room in self.rooms}
        self._doors = {door.id: door for door in self.doors}
        return self

    @property
    def is_shared(self) -> bool:
        """Tell whether the site may have several doormen: PostgreSQL and a broker of MQTT 5."""
        on_server = not self.database.url.startswith("sqlite")
        return on_server and self.mqtt.broker.scheme != "embedded"

    @property
    def folder(self) -> Path:
        return self._folder

    @property
    def bookable(self) -> Mapping[str, bool]:
        """Return every room, and whether it can be booked."""
        return {room.id: room.bookable for room in self.rooms}

    @property
    def room_names(self) -> Mapping[str, str]:
        """Return every room's name by its id."""
        return {room.id: room.name for room in self.rooms}

    def room(self, room_id: str) -> Room | None:
        return self._rooms.get(room_id)

    def door(self, door_id: str) -> Door | None:
        return self._doors.get(door_id)

    def calendar(self) -> SiteCalendar:
        """Return the site's own time for decisions. Keep it: it remembers the years it has read."""
        site = self.site
        own = (holiday.own() for holiday in site.extra_holidays)
        holidays = SiteHolidays(site.holidays, site.language, own)
        return SiteCalendar(site.zone, site.day_ends, holidays, self.access.half_day_at)


def _named(table: object) -> object:
    """Name a room or door after its id unless it has a name; a wrong id is one problem, not two."""
    if not isinstance(table, dict):
        return table
    own = table.get("id")
    is_id = isinstance(own, str) and re.fullmatch(fields.ID_PATTERN, own)
    return {"name": own if is_id else "?"} | table
