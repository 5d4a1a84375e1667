"""Public keys by which NXP signs the numbers of its chips.

NTAG21x: NXP AN11350. NTAG 424 DNA: AN12196, 7.2. The others as recovered from signatures of real
chips in github.com/RfidResearchGroup/proxmark3, tools/recover_pk.py, 09c4446f.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Signer(NamedTuple):
    """A product line and its public key: both coordinates in hex."""

    product: str
    key: str


SIGNERS: Mapping[int, tuple[Signer, ...]] = {
    # secp128r1
    32: (
        Signer(
            "NTAG21x",
            "494E1A386D3D3CFE3DC10E5DE68A499B1C202DB5B132393E89ED19FE5BE8BC61",
        ),
        Signer(
            "MIFARE Ultralight EV1",
            "90933BDCD6E99B4E255E3DA55389A827564E11718E017292FAF23226A96614B8",
        ),
        Signer(
            "MIFARE Classic EV1",
            "4F6D3F294DEA5737F0F46FFEE88A356EED95695DD7E0C27A591E6F6F65962BAF",
        ),
    ),
    # secp192r1
    48: (
        Signer(
            "MIFARE Ultralight AES",
            "53BF8C49B7BD9FE3207A91513B9C1D238ECAB07186B77210"
            "4AB535F7D3AE63CF7C7F3DD0D169DA3E99E43C6399621A86",
        ),
        Signer(
            "NTAG 223, 224 DNA",
            "85D5B9353B4FAA77581BA2AE96630C5876D6E8603308ABE9"
            "A81A0B506F52D02D04FEE6F2D365B3DEE7B9FAD9133E2976",
        ),
    ),
    # secp224r1
    56: (
        Signer(
            "NTAG 424 DNA",
            "8A9B380AF2EE1B98DC417FECC263F8449C7625CECE82D9B916C992DA"
            "209D68422B81EC20B65A66B5102A61596AF3379200599316A00A1410",
        ),
        Signer(
            "DESFire EV2",
            "B304DC4C615F5326FE9383DDEC9AA892DF3A57FA7FFB3276192BC0EA"
            "A252ED45A865E3B093A3D0DCE5BE29E92F1392CE7DE321E3E5C52B3A",
        ),
        Signer(
            "DESFire EV2 XL",
            "CD5D45E50B1502F0BA4656FF37669597E7E183251150F9574CC8DA56"
            "BF01C7ABE019E29FEA48F9CE22C3EA4029A765E1BC95A89543BAD1BC",
        ),
        Signer(
            "DESFire EV3",
            "1DB46C145D0A36539C6544BD6D9B0AA62FF91EC48CBC6ABAE36E0089"
            "A46F0D08C8A715EA40A63313B92E90DDC1730230E0458A33276FB743",
        ),
        Signer(
            "DESFire Light",
            "0E98E117AAA36457F43173DC920A8757267F44CE4EC5ADD3C5407557"
            "1AEBBF7B942A9774A1D94AD02572427E5AE0A2DD36591B1FB34FCF3D",
        ),
        Signer(
            "NTAG 413 DNA, DESFire EV1",
            "BB5D514F7050025C7D0F397310360EEC91EAF792E96FC7E0F496CB4E"
            "669D414F877B7B27901FE67C2E3B33CD39D1C797715189AC951C2ADD",
        ),
        Signer(
            "MIFARE Plus EV1",
            "4409ADC42F91A8394066BA83D872FB1D16803734E911170412DDF8BA"
            "D1A4DADFD0416291AFE1C748253925DA39A5F39A1C557FFACD34C62E",
        ),
    ),
}
"""Length of a signature (both numbers, r and s) -> who may have made it."""
