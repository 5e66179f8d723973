"""From everything that is known to one row a patient."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import pandas as pd

from bhi_core.domain import instruments as configured
from bhi_core.domain import rules
from bhi_core.domain.caseload.asked import asked_for, open_requests, snoozes_on
from bhi_core.domain.caseload.worklist import worklist
from bhi_core.domain.episodes import assign
from bhi_core.domain.instruments import InstrumentRegistry
from bhi_core.domain.registry import Registry
from bhi_core.domain.rules import RuleBook
from bhi_core.domain.rules.evaluate import TargetRule
from bhi_core.domain.rules.facts import episode_facts
from bhi_core.domain.rules.safety import flags, item9
from bhi_core.domain.trajectory import summarise


@dataclass(frozen=True)
class Caseload:
    """Hold what was worked out for a set of patients as of a date.

    Attributes:
        as_of: the date of care.
        rules_version: the version of the rule book, printed on every report.
        target_rule: "or" or "and".
        trajectories: a row an episode and series (``domain.trajectory.summarise``), item9 with what was acknowledged.
        findings: a row a finding (``domain.rules.evaluate``).
        worklist: a row an open episode, or a closed one with an open safety flag (``caseload.worklist``).
        facts: a row an episode (``domain.rules.facts``).
        courses: a row an episode and series that is followed, as the rules saw it (``domain.rules.courses``).
        flags: a row a safety flag, open or closed (``domain.rules.safety``).
        rule_book: the thresholds that were used.
        instruments: the instruments that were configured.
    """

    as_of: date
    rules_version: str
    target_rule: TargetRule
    trajectories: pd.DataFrame
    findings: pd.DataFrame
    worklist: pd.DataFrame
    facts: pd.DataFrame
    courses: pd.DataFrame
    flags: pd.DataFrame
    rule_book: RuleBook
    instruments: InstrumentRegistry


def work_out(
    registry: Registry,
    *,
    target_rule: TargetRule = "or",
    discuss: Collection[int] | None = None,
    rule_book: RuleBook | None = None,
    instruments: InstrumentRegistry | None = None,
) -> Caseload:
    """Work out the whole caseload: courses, findings and the weekly list.

    Args:
        registry: what is known of the patients that the person may see.
        target_rule: ``"or"``: below 10 or halved (the default); ``"and"``: both.
        discuss: patients to discuss (patient_id); None for those whom the registry's open requests name.
        rule_book: a clinic's own values; the book that comes with the software by default.
        instruments: other than those configured.

    Returns:
        Everything, worked out for ``registry.as_of``. No episodes give empty frames.
    """
    rule_book = rule_book or rules.book()
    instruments = instruments or configured.registry()
    facts = episode_facts(registry, rule_book)
    scores = registry.scores.assign(
        episode_id=assign(registry.scores["patient_id"], registry.scores["taken_on"], registry.episodes)
    )
    trajectories = summarise(scores, facts.assign(clock_on=facts["changed_on"]), registry.as_of, instruments)
    all_flags = flags(registry, rule_book, instruments)
    safety_items = item9(registry, all_flags, instruments)
    trajectories = _with_item9(trajectories, safety_items)
    judged = rules.judge(
        facts, trajectories, all_flags, registry.as_of,
        target_rule=target_rule, rule_book=rule_book, instruments=instruments,
    )  # fmt: skip
    requests = open_requests(registry) if discuss is None else registry.requests.iloc[:0]
    rows = worklist(
        facts, judged, all_flags, safety_items, registry.as_of,
        discuss=requests["patient_id"] if discuss is None else discuss, asked=asked_for(requests, registry.as_of),
        snoozes=snoozes_on(registry), rule_book=rule_book, instruments=instruments,
    )  # fmt: skip
    return Caseload(
        registry.as_of, rule_book.version, target_rule, trajectories, judged.findings, rows, facts, judged.courses,
        all_flags, rule_book, instruments,
    )  # fmt: skip


def _with_item9(trajectories: pd.DataFrame, safety_items: pd.DataFrame) -> pd.DataFrame:
    """Replace the kernel's item9, which knows no acknowledgement."""
    state = safety_items.set_index(["episode_id", "series"])["item9"]
    keys = pd.MultiIndex.from_arrays([trajectories["episode_id"], trajectories["instrument"].astype(object)])
    known = pd.Series(state.reindex(keys).to_numpy(), index=trajectories.index)
    return trajectories.assign(item9=known.astype(trajectories["item9"].dtype))
