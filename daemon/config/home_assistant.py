"""The table [homeassistant]: whether Home Assistant finds the house, and what it may do there."""

from daemon.config import fields
from daemon.config.table import Table


class HomeAssistant(Table):
    """Doors, people and rooms for Home Assistant; `unlock`: it may open doors, in its own name."""

    prefix: fields.TopicLevel = "homeassistant"
    unlock: fields.Switch = False
