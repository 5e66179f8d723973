"""Tells one episode from its story: contacts, questionnaires, reviews, treatments, safety, plan, status by status."""

from dataclasses import dataclass

import numpy as np

from bhi_core.demo.days import between, working
from bhi_core.demo.safety import SafetyRow, safety_rows
from bhi_core.demo.scores import Flag, Taken, questionnaires
from bhi_core.demo.stories import Setting
from bhi_core.demo.treatment import Change, Review, plan
from bhi_core.demo.visits import Contact, contacts, interval_weeks

CONDITIONS = (("depression", "anxiety", "PTSD", "other"), (0.76, 0.13, 0.07, 0.04))
WITH_GAD7 = 0.88
WITH_WHO5, WITH_AUDITC = 0.06, 0.12
REASONS = {
    "graduated": ("At target, plan in hand", "Back to the PCP, well"),
    "discharged": ("Goals met in part, back to the PCP", "Patient's wish", "Insurance changed"),
    "referred": ("Specialty psychiatry", "Intensive outpatient programme"),
    "lost": ("Not reached after three calls and a letter",),
    "other": ("Moved away",),
}
WARNINGS = ("Sleeping past noon", "Cancelling friends", "Skipping meals", "Irritable at home", "Not opening the mail")
HELPS = ("Morning walk", "Calling a sister", "Swimming twice a week", "Garden", "Planning one thing a day")
WITHOUT_PLAN = 0.12  # share of patients in relapse prevention whose plan is still missing


@dataclass(frozen=True)
class Episode:
    """An episode with everything that was recorded in it."""

    setting: Setting
    condition: str
    primary: str
    follow_up_weeks: int | None
    consent: int | None
    reason: str | None
    contacts: list[Contact]
    taken: list[Taken]
    flags: list[Flag]
    reviews: list[Review]
    changes: list[Change]
    safety: list[SafetyRow]
    plan: tuple[int, str, str, str, str] | None


def tell(chance: np.random.Generator, setting: Setting) -> Episode:
    """Tell one episode."""
    story = setting.story
    told = contacts(chance, setting)
    condition = "depression" if setting.perinatal else str(chance.choice(CONDITIONS[0], p=CONDITIONS[1]))
    battery = _battery(chance, condition, setting)
    taken, flags = questionnaires(chance, setting, told, battery)
    reviews, changes = plan(chance, setting)
    primary = {"anxiety": "gad7", "PTSD": "pcl5"}.get(condition, battery[0])
    return Episode(
        setting=setting,
        condition=condition,
        primary=primary if primary in battery else battery[0],
        follow_up_weeks=interval_weeks(setting) if chance.random() < 0.94 or story.contacts != "regular" else None,
        consent=working(setting.start - between(chance, 0, 4)) if chance.random() < 0.97 else None,
        reason=None if story.is_open else str(chance.choice(REASONS[story.status])),
        contacts=told,
        taken=taken,
        flags=flags,
        reviews=reviews,
        changes=changes,
        safety=safety_rows(chance, setting, flags),
        plan=_plan(chance, setting, changes),
    )


def _battery(chance: np.random.Generator, condition: str, setting: Setting) -> list[str]:
    """Choose the instruments of an episode, the main one first."""
    battery = ["phq9m" if setting.teen else "phq9"]
    if condition == "anxiety" or chance.random() < WITH_GAD7:
        battery.append("gad7")
    if condition == "PTSD":
        battery.append("pcl5")
    if setting.perinatal:
        battery.append("epds")
    if chance.random() < WITH_WHO5:
        battery.append("who5")
    if chance.random() < WITH_AUDITC and not setting.teen:
        battery.append("auditc")
    return battery


def _plan(
    chance: np.random.Generator, setting: Setting, changes: list[Change]
) -> tuple[int, str, str, str, str] | None:
    """Write the relapse-prevention plan, as a rule with the day on which prevention began."""
    prevention = setting.prevention
    if prevention is None or chance.random() < WITHOUT_PLAN:
        return None
    kept = [change for change in changes if change.dose and change.change in ("start", "dose up", "switch")]
    medications = f"{kept[-1].treatment} {kept[-1].dose}, until reviewed with the PCP" if kept else "None"
    warnings = ", ".join(str(word) for word in chance.choice(WARNINGS, size=2, replace=False))
    helps = ", ".join(str(word) for word in chance.choice(HELPS, size=2, replace=False))
    return min(setting.end, prevention), medications, warnings, helps, "Care manager; 988 Suicide & Crisis Lifeline"
