"""A card made of nothing but what the data sheets say: speaks, keeps secrets, and may be a clone.

Shares no line with `devices/cards`: its AES is whole blocks, its chaining and CMAC are made here.
"""

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from devices.contract import Unreachable
from devices.uid import Uid

_UNKNOWN, _NO_APPLICATION, _REFUSED, _LENGTH = b"\x91\x1c", b"\x91\xa0", b"\x91\xae", b"\x91\x7e"
_NO_KEY = b"\x91\x40"
_MORE, _DONE = b"\x91\xaf", b"\x91\x00"


def _one(key: bytes, data: bytes, *, back: bool = False) -> bytes:
    cipher = Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305 - block by block, chained by hand
    work = cipher.decryptor() if back else cipher.encryptor()
    return work.update(data) + work.finalize()


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def _chain(key: bytes, data: bytes, start: bytes = bytes(16)) -> bytes:
    out = b""
    for at in range(0, len(data), 16):
        start = _one(key, _xor(start, data[at : at + 16]))
        out += start
    return out


def _unchain(key: bytes, data: bytes, start: bytes = bytes(16)) -> bytes:
    out = b""
    for at in range(0, len(data), 16):
        piece = data[at : at + 16]
        out += _xor(_one(key, piece, back=True), start)
        start = piece
    return out


def _shift(value: bytes) -> bytes:
    bits = f"{int.from_bytes(value):0128b}"
    moved = int(bits[1:] + "0", 2).to_bytes(16)
    return _xor(moved, bytes(15) + b"\x87") if bits[0] == "1" else moved


def mac_of(key: bytes, message: bytes) -> bytes:
    """Return a CMAC as RFC 4493 tells it, step by step."""
    first = _shift(_one(key, bytes(16)))
    whole = bool(message) and len(message) % 16 == 0
    padded = message if whole else message + b"\x80" + bytes(-(len(message) + 1) % 16)
    last = _xor(padded[-16:], first if whole else _shift(first))
    return _chain(key, padded[:-16] + last)[-16:]


def diversified_of(master: bytes, made_with: bytes) -> bytes:
    """Return a card's own key out of less than 31 bytes, as AN10922 2.2 tells it."""
    second = _shift(_shift(_one(master, bytes(16))))
    padded = (b"\x01" + made_with + b"\x80").ljust(32, b"\0")
    return _chain(master, padded[:16] + _xor(padded[16:], second))[-16:]


def _odd_bytes(mac: bytes) -> bytes:
    return bytes(mac[at] for at in range(1, 16, 2))


def sun_url(  # noqa: PLR0913 - the ways a card can be set up
    uid: Uid,
    counter: int,
    meta: bytes,
    file: bytes,
    *,
    plain: bool = False,
    signs_from: str = "",
    more: str = "",
    tag: int = 0xC7,
) -> str:
    """Return the address a card shows at its `counter`-th reading."""
    low_first = counter.to_bytes(3, "little")
    if plain:
        mirrored = f"uid={uid.hex().upper()}&ctr={counter:06X}"
    else:
        data = (bytes([tag]) + uid + low_first).ljust(16, b"\x5a")
        mirrored = f"picc_data={_chain(meta, data).hex().upper()}"
    mirrored = f"{mirrored}{more}&cmac="
    signed = mirrored[mirrored.index("=") + 1 :] if signs_from else ""
    key = mac_of(file, bytes.fromhex("3CC300010080") + uid + low_first)
    mac = _odd_bytes(mac_of(key, signed.encode()))
    return f"https://example.org/t?{mirrored}{mac.hex().upper()}"


class SimulatedCard:
    """A DESFire or NTAG 424 DNA with one application.

    `keys`: number -> key. `generation`: which commands it knows. `application` None: NTAG 424 DNA.
    `shows`: the number it gives to who asks without a key.
    """

    def __init__(
        self,
        uid: Uid,
        keys: dict[int, bytes],
        *,
        application: str | None = None,
        generation: int = 2,
        shows: Uid | None = None,
    ) -> None:
        self.true_uid = uid
        self.uid = shows or uid
        self._keys = keys
        self._application = application and bytes.fromhex(application)[::-1]
        self._generation = generation
        self._selected = False
        self._waiting: tuple[str, int, bytes, bytes] | None = None
        self._session: tuple[bytes, bytes, bytes] | None = None
        self._drawn = 0
        self.heard: list[bytes] = []
        self.leaves_after: int | None = None

    def transceive(self, command: bytes) -> bytes:
        """Answer as the card would."""
        self.heard.append(command)
        if self.leaves_after is not None and len(self.heard) > self.leaves_after:
            raise Unreachable("the card has gone")
        if command[0] == 0x00:
            return self._select_by_name(command)
        data = command[5 : 5 + command[4]] if len(command) > 5 else b""
        known = {0x5A: self._select, 0xAA: self._ev1, 0xAF: self._continue}
        if self._generation > 1:
            known |= {0x71: self._ev2, 0x51: self._tell}
        if self._application is None:
            known.pop(0x5A)
            known.pop(0xAA)
        deed = known.get(command[1])
        return _UNKNOWN if deed is None else deed(data)

    def _select_by_name(self, command: bytes) -> bytes:
        name = command[5 : 5 + command[4]]
        self._selected = self._application is None and name.hex() == "d2760000850101"
        return b"\x90\x00" if self._selected else b"\x6a\x82"

    def _select(self, data: bytes) -> bytes:
        self._selected = data == self._application
        return _DONE if self._selected else _NO_APPLICATION

    def _draw(self, length: int) -> bytes:
        self._drawn += 1
        return bytes((self._drawn * 37 + at * 11) % 256 for at in range(length))

    def _begin(self, way: str, data: bytes) -> bytes:
        key = self._keys.get(data[0])
        if not self._selected or key is None:
            return _NO_KEY
        mine = self._draw(16)
        sealed = _chain(key, mine)
        self._waiting = (way, data[0], mine, sealed)
        return sealed + _MORE

    def _ev1(self, data: bytes) -> bytes:
        return self._begin("ev1", data) if len(data) == 1 else _LENGTH

    def _ev2(self, data: bytes) -> bytes:
        return self._begin("ev2", data) if len(data) == 2 else _LENGTH

    def _continue(self, data: bytes) -> bytes:
        if self._waiting is None or len(data) != 32:
            return _LENGTH
        (way, number, mine, sealed), self._waiting = self._waiting, None
        key = self._keys[number]
        opened = _unchain(key, data, sealed if way == "ev1" else bytes(16))
        theirs = opened[:16]
        if opened[16:] != mine[1:] + mine[:1]:
            return _REFUSED
        turned = theirs[1:] + theirs[:1]
        if way == "ev1":
            return _chain(key, turned, data[-16:]) + _DONE
        ti = self._draw(4)
        mixed = theirs[:2] + _xor(theirs[2:8], mine[:6]) + mine[6:] + theirs[8:]
        enc = mac_of(key, bytes.fromhex("a55a00010080") + mixed)
        self._session = (enc, mac_of(key, bytes.fromhex("5aa500010080") + mixed), ti)
        return _chain(key, ti + turned + bytes(12)) + _DONE

    def _tell(self, data: bytes) -> bytes:
        if self._session is None:
            return _REFUSED
        enc, mac, ti = self._session
        if data != _odd_bytes(mac_of(mac, b"\x51\x00\x00" + ti)):
            return _REFUSED
        padded = (self.true_uid + b"\x80").ljust(16, b"\0")
        sealed = _chain(enc, padded, _one(enc, bytes.fromhex("5aa5") + ti + b"\x01\x00" + bytes(8)))
        return sealed + _odd_bytes(mac_of(mac, b"\x00\x01\x00" + ti + sealed)) + _DONE
