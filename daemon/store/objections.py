"""Why a change to people or plans is not made; the sentence is for whoever asked.

Objection
├── Unknown    there is no such member, badge, plan, token, visit or door
├── Conflict   what is already there stands against it
└── Invalid    a field says what cannot be; `field` names it as it is named on the wire
"""


class Objection(Exception):
    """The change is not made. `slug` is stable, for programs."""

    slug = "objection"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Unknown(Objection):
    """There is no such thing."""

    slug = "not-found"

    def __init__(self, what: str, name: str) -> None:
        super().__init__(f"there is no {what} {name!r}")
        self.what = what
        self.name = name


class Conflict(Objection):
    """What is already there stands against it. Never names whose badge or address it is."""

    def __init__(self, slug: str, sentence: str) -> None:
        super().__init__(sentence)
        self.slug = slug


class Invalid(Objection):
    """A field says what cannot be."""

    slug = "invalid"

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
