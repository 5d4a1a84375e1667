"""The table [cards]: what makes a badge more than its number."""

from daemon.config import fields
from daemon.config.table import Table
from devices.cards.shown import NAMES, Names


class Cards(Table):
    """Cards that prove to be genuine: the file of their keys, and the names of SUN's parts.

    Without the file there is no cryptography.
    """

    key_file: fields.FilePath | None = None
    picc_names: fields.Parameters = NAMES.picc
    mac_names: fields.Parameters = NAMES.mac
    enc_names: fields.Parameters = NAMES.enc
    uid_names: fields.Parameters = NAMES.uid
    counter_names: fields.Parameters = NAMES.counter

    def names(self) -> Names:
        return Names(
            self.picc_names, self.mac_names, self.enc_names, self.uid_names, self.counter_names
        )
