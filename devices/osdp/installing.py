"""Installing a reader's key: for a short time its factory key will do, to be replaced by ours."""

from collections.abc import Callable
from pathlib import Path

from devices.contract import Refused, Unreachable
from devices.osdp.key_file import key_in, new_key
from devices.osdp.panel import Panel
from devices.osdp.port import REST

LIMIT = 60.0
"""Seconds after which install mode closes by itself."""


def install(
    path: str,
    address: int,
    key_file: Path,
    wait: Callable[[float], None],
    progress: Callable[[float], None] = lambda _: None,
) -> None:
    """Give the device at this address the key in the file, made now if there is none.

    Raises Unreachable if no device has taken it within `LIMIT` seconds, Refused for an address that
    cannot be. `progress` is told how many seconds are left.
    """
    if not 0 <= address <= 0x7E:  # noqa: PLR2004 - SIA OSDP 2.2, 5.4
        raise Refused(f"an OSDP address is 0 to 126, not {address}")
    key = key_in(key_file) if key_file.exists() else new_key(key_file)
    panel = Panel(path, {address: key}, install=True)
    left = LIMIT
    try:
        while left > 0:
            for _ in panel.turn():
                pass
            if panel.is_secure(address):
                return
            wait(REST)
            left -= REST
            progress(left)
    finally:
        panel.close()
    raise Unreachable(
        f"nobody at address {address} on {path} has taken the key within {LIMIT:.0f} seconds; "
        "is the reader in its factory state, and the address right?"
    )
