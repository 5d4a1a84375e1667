"""AES-128 as cards use it: CBC without padding (SP 800-38A), CMAC whole or cut (SP 800-38B)."""

import hmac

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES128
from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB
from cryptography.hazmat.primitives.cmac import CMAC

BLOCK = 16
ZERO_IV = bytes(BLOCK)


def encrypted(key: bytes, data: bytes, iv: bytes = ZERO_IV) -> bytes:
    """Return whole blocks enciphered."""
    cipher = Cipher(AES128(key), CBC(iv)).encryptor()
    return cipher.update(data) + cipher.finalize()


def decrypted(key: bytes, data: bytes, iv: bytes = ZERO_IV) -> bytes:
    """Return whole blocks deciphered."""
    cipher = Cipher(AES128(key), CBC(iv)).decryptor()
    return cipher.update(data) + cipher.finalize()


def block(key: bytes, data: bytes) -> bytes:
    """Return one block enciphered by itself."""
    cipher = Cipher(AES128(key), ECB()).encryptor()  # noqa: S305 - one block, as AN12196 4.3 has it
    return cipher.update(data) + cipher.finalize()


def cmac(key: bytes, message: bytes) -> bytes:
    """Return the 16 bytes of a CMAC."""
    mac = CMAC(AES128(key))
    mac.update(message)
    return mac.finalize()


def cut_cmac(key: bytes, message: bytes) -> bytes:
    """Return the 8 bytes that cards send of a CMAC: the second of every two (AN12196, 4.4)."""
    return cmac(key, message)[1::2]


def is_same(one: bytes, other: bytes) -> bool:
    """Compare secrets in a time that does not tell where they differ."""
    return hmac.compare_digest(one, other)
