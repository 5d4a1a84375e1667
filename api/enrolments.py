"""`/enrolments`: staff wait for a member's card at a reader; its number is never seen or typed."""

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, model_validator

from api.dependencies import STAFF, Acting, Built, Named, Now, OpenSession
from api.explain import reader_of
from api.lists import After, Limit, Listed, listed, place_of
from api.moments import Instant
from api.problems import PROBLEMS
from daemon.store import enrolments
from daemon.store.forms import NewEnrolment
from devices.cards.originality import WORDS, Originality

router = APIRouter(
    prefix="/enrolments", tags=["enrolments"], dependencies=[STAFF], responses=PROBLEMS
)


class OriginalityWords(BaseModel):
    """What staff read, in both languages."""

    it: str
    en: str


class Enrolment(BaseModel):
    """`waiting` until `expires`; then `enrolled`, `unfit`, `withdrawn` or `expired`.

    `badge` and `tail` are the new badge's. `problem`: why the card was unfit. `taken`: the last
    digits of a card that was held there meanwhile and is somebody's badge already. `originality`:
    what the maker's signature says of the number, in words as well; no proof that it is this card.
    """

    model_config = ConfigDict(from_attributes=True)

    id: str
    member: str
    door: str
    reader: str
    label: str | None
    status: str
    opened: Instant
    expires: Instant
    badge: str | None
    tail: str | None
    problem: str | None
    taken: str | None
    originality: Originality | None
    originality_words: OriginalityWords | None = None

    @model_validator(mode="after")
    def _in_words(self) -> "Enrolment":
        if self.originality is not None:
            words = WORDS[self.originality]
            self.originality_words = OriginalityWords(it=words.italian, en=words.english)
        return self


@router.get("")
def list_enrolments(
    session: OpenSession, parts: Built, now: Now, limit: Limit = 100, after: After = None
) -> Listed[Enrolment]:
    """List the enrolments of the last hour."""
    place = place_of(after, 1)
    found = enrolments.enrolments(session, parts.site, now, limit + 1, place[0] if place else None)
    shown = [Enrolment.model_validate(each) for each in found]
    return listed(shown, limit, lambda each: (each.id,))


@router.post("", status_code=201)
def open_enrolment(form: NewEnrolment, act: Acting, parts: Built, response: Response) -> Enrolment:
    """Wait a minute for a card that nobody has yet. It opens nothing, and is a badge afterwards."""
    reader = reader_of(parts, form.door, form.reader)
    opened = enrolments.open_enrolment(act, form, reader)
    response.headers["Location"] = f"/api/v1/enrolments/{opened.id}"
    return Enrolment.model_validate(opened)


@router.get("/{enrolment}")
def get_enrolment(enrolment: Named, session: OpenSession, parts: Built, now: Now) -> Enrolment:
    """Show what came of one; for an hour."""
    found = enrolments.enrolment_of(session, parts.site, enrolment, now)
    return Enrolment.model_validate(found)


@router.delete("/{enrolment}", status_code=204)
def withdraw_enrolment(enrolment: Named, act: Acting) -> None:
    """Wait no longer."""
    enrolments.withdraw(act, enrolment)
