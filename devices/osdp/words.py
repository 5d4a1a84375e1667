"""Orders and answers in OSDP's words (SIA OSDP 2.2: osdp_OUT, osdp_LED, osdp_BUZ)."""

from collections.abc import Mapping, Sequence

from osdp import Command as Word
from osdp import CommandLEDColor as Colour

from devices.contract import Action, Command

_OFF, _ON, _ON_FOR_A_TIME, _OFF_FOR_A_TIME = 1, 2, 5, 6
"""Control codes of an output: permanent, and temporary with a timer of the device's own."""
_LONGEST_TIMER = 0xFFFF
_LIGHT_FOR = 30
"""Tenths of a second."""
Order = Mapping[str, object]


def output(command: Command, number: int, *, inverted: bool) -> Order:
    """Return what makes an output obey; the device ends an unlock by itself."""
    drawn = {
        Action.UNLOCK: _OFF_FOR_A_TIME if inverted else _ON_FOR_A_TIME,
        Action.HOLD_OPEN: _OFF if inverted else _ON,
        Action.LOCK: _ON if inverted else _OFF,
    }[command.action]
    timer = min(command.seconds * 10, _LONGEST_TIMER) if command.action is Action.UNLOCK else 0
    return {
        "command": Word.Output,
        "output_no": number,
        "control_code": drawn,
        "timer_count": timer,
    }


def answer(*, granted: bool) -> Sequence[Order]:
    """Return light and sound: green and one beep, or red and three."""
    light = {
        "command": Word.LED,
        "reader": 0,
        "led_number": 0,
        "control_code": 2,
        "on_count": 5,
        "off_count": 0,
        "on_color": Colour.Green if granted else Colour.Red,
        "off_color": Colour.Black,
        "timer_count": _LIGHT_FOR,
        "temporary": True,
    }
    sound = {
        "command": Word.Buzzer,
        "reader": 0,
        "control_code": 2,
        "on_count": 2,
        "off_count": 1,
        "rep_count": 1 if granted else 3,
    }
    return [light, sound]
