"""Making the agenda: who stands on it, in which order, and what a person changed about what was proposed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bhi_core.domain.review.kinds import AgendaState

Item = dict[str, Any]
"""What ``store.commands.change_agenda`` takes: patient_id, pinned, state, why."""


@dataclass(frozen=True)
class Place:
    """One patient of an agenda that is being made.

    Attributes:
        patient_id: who.
        pinned: whether somebody put them there, so that no time budget takes them off.
        removed: whether somebody took them off.
        why: why they were added or removed.
    """

    patient_id: int
    pinned: bool = False
    removed: bool = False
    why: str | None = None

    @property
    def item(self) -> Item:
        """Give it as it is kept."""
        state = AgendaState.REMOVED if self.removed else AgendaState.TO_COME
        return {"patient_id": self.patient_id, "pinned": self.pinned, "state": str(state), "why": self.why}


@dataclass(frozen=True)
class Plan:
    """An agenda that is being made: its places in their order, those taken off at the end."""

    places: tuple[Place, ...] = ()

    @property
    def on(self) -> tuple[Place, ...]:
        """Give those on the agenda."""
        return tuple(place for place in self.places if not place.removed)

    @property
    def off(self) -> tuple[Place, ...]:
        """Give those that somebody took off."""
        return tuple(place for place in self.places if place.removed)

    @property
    def items(self) -> list[Item]:
        """Give it as it is kept."""
        return [place.item for place in (*self.on, *self.off)]

    def pin(self, patient_id: int, why: str | None = None) -> "Plan":
        """Put a patient on the agenda, after those pinned before, whatever the time budget."""
        pinned = [place for place in self.on if place.pinned and place.patient_id != patient_id]
        others = [place for place in self.places if place not in pinned and place.patient_id != patient_id]
        return Plan((*pinned, Place(patient_id, pinned=True, why=why), *others))

    def unpin(self, patient_id: int) -> "Plan":
        """Leave a patient to the order of the rules and to the time budget again."""
        return Plan(tuple(replace(one, pinned=False) if one.patient_id == patient_id else one for one in self.places))

    def remove(self, patient_id: int, why: str) -> "Plan":
        """Take a patient off, with the reason."""
        others = [place for place in self.places if place.patient_id != patient_id]
        return Plan((*others, Place(patient_id, removed=True, why=why)))

    def put_back(self, patient_id: int) -> "Plan":
        """Forget that a patient was taken off."""
        return Plan(tuple(place for place in self.places if place.patient_id != patient_id))

    def move(self, patient_id: int, steps: int) -> "Plan":
        """Move a patient down the order, or up for a negative number; not beyond the ends."""
        on = list(self.on)
        at = next((number for number, place in enumerate(on) if place.patient_id == patient_id), None)
        if at is None:
            return self
        place = on.pop(at)
        on.insert(min(max(at + steps, 0), len(on)), place)
        return Plan((*on, *self.off))


def merged(kept: Plan, ranked: Sequence[int], fits: int) -> Plan:
    """Lay what a person changed over the order of the rules.

    Those whom somebody placed stay in that order; who is listed since then comes in before the first whom the rules
    rank lower. Then the time budget: pinned patients always stay, of the others as many as fit.

    Args:
        kept: what was changed; without any place nothing was.
        ranked: the listed patients in the order of the rules, first to last.
        fits: how many the time is enough for.
    """
    rank = {patient: number for number, patient in enumerate(ranked)}
    off = {place.patient_id for place in kept.off}
    order = [place for place in kept.on if place.pinned or place.patient_id in rank]
    known = {place.patient_id for place in order}
    for patient in ranked:
        if patient in known or patient in off:
            continue
        lower = (
            at for at, one in enumerate(order) if not one.pinned and rank.get(one.patient_id, len(rank)) > rank[patient]
        )
        order.insert(next(lower, len(order)), Place(patient))
    room = max(fits - sum(place.pinned for place in order), 0)
    left: list[Place] = []
    for place in order:
        if place.pinned or room > 0:
            left.append(place)
            room -= not place.pinned
    return Plan((*left, *kept.off))
