"""What NXP published and what real cards said, word for word; every one names where it stands.

Application notes are NXP's; their figures are also reproduced in the public repositories named.
"""

from typing import NamedTuple

ZERO = bytes(16)


def octets(text: str) -> bytes:
    """Return hex digits as bytes."""
    return bytes.fromhex(text)


class Diversification(NamedTuple):
    """A master key, what it is made with, the card's own key."""

    master: str
    uid: str
    application: str
    own: str


DIVERSIFICATIONS = (
    # AN10922 rev. 2.2, 2.2.1: the AES-128 example
    Diversification(
        "00112233445566778899AABBCCDDEEFF",
        "04782E21801D80",
        "3042F54E585020416275",
        "A8DD63A3B89D54B37CA802473FDA9175",
    ),
    # AN10957, the diversified key of its example
    Diversification(
        "F3F9377698707B688EAF84ABE39E3791",
        "04DEADBEEFFEED",
        "",
        "0BB408BAFF98B6EE9F2E1585777F6A51",
    ),
)


class Shown(NamedTuple):
    """An address, the keys of the very card that made it, and what is in it."""

    url: str
    meta: str
    file: str
    uid: str
    counter: int


SHOWN = (
    # AN12196 rev. 2.0, table 2 and table 4 (github.com/nfc-developer/sdm-backend, tests, b459ca19)
    Shown(
        "https://ntag.nxp.com/424?e=EF963FF7828658A599F3041510671E88&c=94EED9EE65337086",
        "00" * 16,
        "00" * 16,
        "04DE5F1EACC040",
        61,
    ),
    # AN12196, 3.4.4 with an enciphered file (the same tests)
    Shown(
        "https://www.my424dna.com/?picc_data=FD91EC264309878BE6345CBE53BADF40"
        "&enc=CEE9A53E3E463EF1F459635736738962&cmac=ECC1E7F6C6C73BF6",
        "00" * 16,
        "00" * 16,
        "04958CAA5C5E80",
        8,
    ),
    # plain mirrors (the same tests)
    Shown(
        "https://example.org/?uid=041E3C8A2D6B80&ctr=000006&cmac=4B00064004B0B3D3",
        "00" * 16,
        "00" * 16,
        "041E3C8A2D6B80",
        6,
    ),
    # github.com/Amperstrand/ntag424-vectors, 03dd45e1: sdm-valid-picc-counter1
    Shown(
        "https://example.org/?e=d798d011fa0bf5bd5ece6f42265b02d5&c=b49d12860da69e54",
        "55da174c9608993dc27bb3f30a4a7314",
        "2ab74abc1273fb43cae97553a36d4d08",
        "0425607a8f6980",
        1,
    ),
)
LRP_URL = (
    # sdm-backend, test_sdm_lrp2
    "https://example.org/?picc_data=1FCBE61B3E4CAD980CBFDD333E7A4AC4A579569BAFD22C5F"
    "&cmac=4231608BA7B02BA9"
)


class Trace(NamedTuple):
    """An authentication as it ran: the reader's random number, then command and answer in turn."""

    key: str
    number: int
    ours: str
    frames: tuple[tuple[str, str], ...]
    enc: str
    mac: str
    ti: str = ""


EV2_TRACE = Trace(
    # AN12196 rev. 2.0, table 14
    "00" * 16,
    0,
    "13C5DB8A5930439FC3DEF9A4C675360F",
    (
        ("9071000002000000", "A04C124213C186F22399D33AC2A3021591AF"),
        (
            "90AF00002035C3E05A752E0144BAC0DE51C1F22C56B34408A23D8AEA266CAB947EA8E0118D00",
            "3FA64DB5446D1F34CD6EA311167F5E4985B89690C04A05F17FA7AB2F081206639100",
        ),
    ),
    "1309C877509E5A215007FF0ED19CA564",
    "4C6626F5E72EA694202139295C7A7FC7",
    "9D00C4DF",
)


def _ev1(key: str, number: int, ours: str, told: tuple[str, str, str], session: str) -> Trace:
    begun, sent, ended = told
    frames = (
        (f"90AA000001{number:02X}00", f"{begun}91AF"),
        (f"90AF000020{sent}00", f"{ended}9100"),
    )
    return Trace(key, number, ours, frames, session, session)


EV1_TRACES = (
    # A real DESFire EV1 at a PN532: github.com/sotechcllc/RFDoorLock, ba46f71b, "Desfire EV1
    # Communication Examples.htm", part AES. The reader there sends native frames; wrapped here.
    _ev1(
        "00" * 16,
        0,
        "F44B26F5686F3A391CD38EBD10772281",
        (
            "B969FDFE56FD91FC9DE6F6F213B8FD1E",
            "36AAD7DF6E436BA08D18613830A70D5AD43E3D3F4A8D47541EEE623A934E4774",
            "800DB680BC146BD121D6578F2D2E2059",
        ),
        "F44B26F5C05DDD7110772281C4D066E8",
    ),
    _ev1(
        "00102030405060708090A0B0B0A09080",
        0,
        "C2A1E47B96A5589FAAE90C03FE6D00A7",
        (
            "CCC8316C2B2613FE9A189BAC9CC89D03",
            "C02E061E72E17726489CAEEC997C523758BF863EFE7671C55B4665D06ACCD97B",
            "72ACCC0BDEA482B53185BB5AD0086246",
        ),
        "C2A1E47B27104712FE6D00A71177A19B",
    ),
    _ev1(
        "10182028303840485058606870788088",
        0,
        "90F7A201C4DB760538FF8A49EC63DECD",
        (
            "3E2BE626C05E7798EE518355A751648E",
            "FABF71BB0DC45B8F31BAEDDFF7F3439652D4094DF12C17EF0C94353E6D7770C8",
            "1CE6C574E24923D404E18B6A240C1B08",
        ),
        "90F7A20191036845EC63DECD544B9931",
    ),
    _ev1(
        "00" * 16,
        0,
        "C2A1E47B96A5589FAAE90C03FE6D00A7",
        (
            "EDDAF0C5D9A7CF42B8808BE2013899A1",
            "D8105F874E2CA57B76C354A8066B0D7880B0C4EC399DBF253438DB46D75F8F60",
            "459C76B71AB9F1736413F5ACD73E7DF9",
        ),
        "C2A1E47BD8100044FE6D00A74D7AB17C",
    ),
    _ev1(
        "10182028303840485058606870788088",
        1,
        "40E7D27174CBA675E8EFBAB99C530E3D",
        (
            "B351CB2465D4F33AC627FD6E87A168F2",
            "044B6CAC343A0865895149649CA8DDE1F5AC4EC67BD208900AF02F049E05F0B0",
            "A2EE144B1012FBEB7B2F11132D95A454",
        ),
        "40E7D271626FFBD49C530E3D304F5B17",
    ),
)
SESSION_KEYS = (
    # AN12343, 7.1.3.1 (pages 33 to 35): key, RndA, RndB, SesAuthENC, SesAuthMAC
    "00" * 16,
    "B04D0787C93EE0CC8CACC8E86F16C6FE",
    "FA659AD0DCA738DD65DC7DC38612AD81",
    "63DC07286289A7A6C0334CA31C314A04",
    "774F26743ECE6AF5033B6AE8522946F6",
)
CARD_UID = (
    # AN12196 rev. 2.0, table 28: SesAuthENC, SesAuthMAC, TI, command, answer, number
    "2B4D963C014DC36F24F69A50A394F875",
    "379D32130CE61705DD5FD8C36B95D764",
    "DF055522",
    "90510000088E2C155ADDA99BE300",
    "70756055688505B52A5E26E59E329CD6595F672298EA41B79100",
    "04958CAA5C5E80",
)
