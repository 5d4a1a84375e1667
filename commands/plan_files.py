"""Plans written in a file: TOML with `[[plans]]`, or a JSON list, each as HTTP takes it."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from commands.failures import Failed
from commands.office import checked
from daemon.access.facts import Plan
from daemon.store.forms import NewPlan
from daemon.store.objections import Invalid
from daemon.store.plans import plan_of
from daemon.store.windows import hours_of

_LARGEST = 1 << 20


def plans_in(file: Path) -> Mapping[str, Plan]:
    """Return plan by id; raises Failed with what is wrong in which plan."""
    plans: dict[str, Plan] = {}
    for number, said in enumerate(_tables(file), 1):
        try:
            form = checked(NewPlan, _with_windows(said))
        except (Failed, Invalid) as problem:
            raise Failed(
                "\n".join(f"{file}, plan {number}: {line}" for line in str(problem).splitlines())
            ) from None
        if form.id in plans:
            raise Failed(f"{file}, plan {number}: {form.id!r} stands there twice")
        plans[form.id] = _plan(form)
    if not plans:
        raise Failed(f"{file} holds no plan; write tables named [[plans]]")
    return plans


def _tables(file: Path) -> Sequence[Mapping[str, object]]:
    try:
        with file.open("rb") as opened:
            text = opened.read(_LARGEST).decode()
        said = json.loads(text) if file.suffix == ".json" else tomllib.loads(text)
    except (ValueError, tomllib.TOMLDecodeError) as problem:
        raise Failed(f"{file} can't be read: {problem}") from None
    found = said.get("plans", said.get("items")) if isinstance(said, dict) else said
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise Failed(f"{file} holds no plans; write tables named [[plans]], or a JSON list")
    return found


def _with_windows(said: Mapping[str, object]) -> Mapping[str, object]:
    """Return the fields with hours as HTTP has them, also where they are written as texts."""
    hours = said.get("hours")
    texts = [hours] if isinstance(hours, str) else hours
    if isinstance(texts, list) and texts and all(isinstance(each, str) for each in texts):
        return {**said, "hours": hours_of(texts)}
    return said


def _plan(form: NewPlan) -> Plan:
    wire = form.model_dump(mode="json", by_alias=True)
    hours, rooms = wire["hours"], wire["rooms"]
    return plan_of(
        form.id,
        None if hours is None else json.dumps(hours),
        form.holidays,
        form.entries_per_month,
        None if rooms is None else json.dumps(rooms),
    )
