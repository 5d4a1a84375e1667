"""`/members/{id}/pin`: what a member types beside the badge, for staff to set. Never shown."""

from fastapi import APIRouter

from api.dependencies import STAFF, Acting, Built, Named
from api.problems import PROBLEMS
from daemon.pins import pin_hash
from daemon.store import member_pins
from daemon.store.forms import NewPin

router = APIRouter(prefix="/members", tags=["members"], dependencies=[STAFF], responses=PROBLEMS)


@router.put("/{member}/pin", status_code=204)
def set_pin(member: Named, form: NewPin, act: Acting, parts: Built) -> None:
    """Give a member a PIN, or another one. Holds from the next tap on."""
    member_pins.set_pin(act, member, pin_hash(member, form.pin, parts.key))


@router.delete("/{member}/pin", status_code=204)
def remove_pin(member: Named, act: Acting) -> None:
    """Take the PIN away: doors that ask for one stay shut."""
    member_pins.drop_pin(act, member)
