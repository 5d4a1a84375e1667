"""The words of an address that an NTAG 424 DNA shows; `sun.py` reads and checks one."""

from typing import NamedTuple

from devices.uid import Uid


class Names(NamedTuple):
    """What the parts of the address are called, each by any of these."""

    picc: tuple[str, ...] = ("picc_data", "e")
    mac: tuple[str, ...] = ("cmac", "c", "m")
    enc: tuple[str, ...] = ("enc",)
    uid: tuple[str, ...] = ("uid",)
    counter: tuple[str, ...] = ("ctr",)


NAMES = Names()


class Genuine(NamedTuple):
    """The card of this number made the address, at its `counter`-th reading."""

    uid: Uid
    counter: int
