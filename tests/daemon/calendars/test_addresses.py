"""Addresses of feeds: which are public, which are named, and that none is shown with its secret."""

import pytest

from daemon.calendars.addresses import is_named, is_public, led_on, parsed, shown
from daemon.calendars.troubles import Refused

PRIVATE = (
    "https://anna:s3cret@Calendar.Example:8443/ical/private-s3cret/basic.ics?key=s3cret#s3cret"
)


def test_an_address_is_shown_without_anything_secret() -> None:
    assert shown(PRIVATE) == parsed(PRIVATE).shown == "https://calendar.example:8443/…"
    assert "s3cret" not in repr(parsed(PRIVATE))
    assert "s3cret" not in shown("ftp://s3cret/s3cret")


def test_an_address_is_taken_apart_for_the_wire() -> None:
    address = parsed(PRIVATE)
    assert address.target == "/ical/private-s3cret/basic.ics?key=s3cret"
    assert (address.username, address.password) == ("anna", "s3cret")
    assert parsed("http://[::1]:8080").authority == "[::1]:8080"
    assert parsed("https://example.org./x").authority == "example.org"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "//host/x",
            "host/x",
            "http:///x",
            "http://:80/",
            "http://host:0/",
            "http://host:99999/",
        ),
        *("http://host:x/", "http://[::1/", "http://h\rost/", "http://host/a b", "http://höst/"),
        *("http://[fe80::1%25eth0]/", "javascript:alert(1)", f"http://host/{'x' * 4000}"),
    ],
)
def test_what_is_no_address_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        parsed(text)
    assert not text or text not in str(refusal.value)


@pytest.mark.parametrize("text", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_addresses_of_the_open_internet_are_public(text: str) -> None:
    assert is_public(text)


@pytest.mark.parametrize(
    "text",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.0", "255.255.255.255", "224.0.0.1", "239.1.1.1", "240.0.0.1", "192.0.0.8"),  # noqa: S104 - nobody listens
        *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00::1", "ff02::1", "fec0::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::8.8.8.8", "64:ff9b:1::1"),
        *("2002:7f00:1::", "2001::1", "::8.8.8.8", "2001:db8::1", "host", "", "2130706433"),
    ],
)
def test_all_others_are_not(text: str) -> None:
    assert not is_public(text)


def test_a_host_is_named_with_or_without_its_port() -> None:
    address = parsed("http://NAS.local:8080/x")
    assert is_named(address, ["nas.local"])
    assert is_named(address, ["Nas.Local.:8080".replace(".:", ":")])
    assert not is_named(address, ["nas.local:80", "local", "x.nas.local", ""])
    assert is_named(parsed("http://[fd00::1]/"), ["[fd00::1]"])


def test_a_redirect_takes_the_password_along_only_to_the_same_server() -> None:
    address = parsed(PRIVATE)
    assert led_on(address, "/other").password == address.password is not None
    assert led_on(address, "https://calendar.example/").password is None
    assert led_on(address, "https://eve:x@elsewhere.example/").password is None
    with pytest.raises(Refused, match="https to http"):
        led_on(address, "http://calendar.example:8443/")
