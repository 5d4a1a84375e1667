"""A card that says what is written down, and takes nothing but what it was told then."""

from devices.contract import Unreachable
from devices.uid import Uid


class Script:
    """Frames in turn: what must be sent, what is answered; after the last the card has gone."""

    def __init__(self, *frames: tuple[str, str], uid: str = "04782E21801D80") -> None:
        self.uid = Uid(bytes.fromhex(uid))
        self.left = list(frames)

    def transceive(self, command: bytes) -> bytes:
        if not self.left:
            raise Unreachable("the card has gone")
        expected, answer = self.left.pop(0)
        assert command.hex().upper() == expected.upper()
        return bytes.fromhex(answer)
