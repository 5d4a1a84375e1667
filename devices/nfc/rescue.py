"""Calls back a PN532 that was left at a higher speed than it is spoken to.

nfcpy raises the speed to 921600 baud. When a program is killed then, the chip stays there and does
not answer at 115200 until it loses power (nfcpy issues 104 and 147). So it is told at each of the
higher speeds to come down.
"""

import serial

_SPEEDS = (921600, 460800, 230400)
_WAKE = bytes(10)
_SLOW_DOWN = bytes.fromhex("0000ff03fdd410041800")
"""SetSerialBaudRate, 115200 (UM0701-02, 7.2.5)."""
_SLOWING = bytes.fromhex("0000ff00ff00" + "0000ff02fed5111a00")
_ACK = bytes.fromhex("0000ff00ff00")
_PATIENCE = 0.2


def call_back(path: str) -> bool:
    """Bring the chip down to 115200 baud; tell whether one answered. Raises OSError."""
    return any(_answers_at(path, speed) for speed in _SPEEDS)


def _answers_at(path: str, speed: int) -> bool:
    with serial.Serial(path, speed, timeout=_PATIENCE, write_timeout=_PATIENCE) as line:
        line.reset_input_buffer()
        line.write(_WAKE + _SLOW_DOWN)
        if line.read(len(_SLOWING)) != _SLOWING:
            return False
        line.write(_ACK)
        line.flush()
        return True
