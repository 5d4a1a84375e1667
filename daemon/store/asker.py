"""Who asks: staff for anybody, else a member for himself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asker:
    """Staff, or the member that a token speaks for."""

    member: str | None = None
    staff: bool = False

    def answers_for(self, member: str | None) -> bool:
        """Tell whether what is this member's is the asker's to see and to change."""
        return self.staff or (self.member is not None and member == self.member)


STAFF = Asker(staff=True)
