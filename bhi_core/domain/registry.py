"""What is known of a set of patients at two times: the frames that the rules work on."""

from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd


@dataclass(frozen=True)
class Registry:
    """Hold what was known of some patients: events dated up to ``as_of``, recorded up to ``known_at``.

    Superseded rows are left out. Dates are ``datetime64[s]`` (NaT missing), text is ``str`` (NaN missing),
    ids are ``int64``. Records hang on the patient; ``domain.episodes.assign`` says which episode they belong to.

    Attributes:
        as_of: the date of care that everything is worked out for.
        known_at: the moment of knowledge (UTC), or None for "all we know now".
        recorded_to: when the newest score was recorded (UTC), None without scores.
        patients: a row is a person: patient_id, mrn, last_name, first_name, birth_date, sex, race, ethnicity,
            language, payer, site, pcp.
        episodes: a row is a course of care enrolled on or before ``as_of``: episode_id, patient_id, enrolled_on,
            status (as recorded), status_since, closed_on, reason, care_manager, consultant, site (the episode's,
            else the patient's), follow_up_weeks (float64, weeks), condition, primary_instrument, consent_on,
            baseline_score_id (float64, NaN = by the rule), target (what patient and team aim for, in their words; no
            rule reads it).
        scores: a row is an instrument taken once: score_id, patient_id, instrument (category of ids), taken_on,
            recorded_order (int64, rises with recorded_at, then with the line of the file), total (float64 points,
            NaN = incomplete form), safety_answer (int8: the highest answer to a safety item; -1 asked but left
            blank; -2 not on the form, so unknown), assigned (bool: a person gave the date in the mapping).
        contacts: contact_id, patient_id, date, kind, modality, attended (bool), minutes (float64), staff, next_due.
        treatments: treatment_id, patient_id, date, change, treatment, dose, why.
        reviews: a row holds at most one recommendation: review_id (stays across versions), patient_id, date,
            consultant, discussed, recommendation, category, owner, due, meeting_id (float64, NaN = of no meeting),
            recorded_at (datetime64[us, UTC]: when its first version was recorded).
        safety: safety_id, patient_id, date, kind ("manual flag", "C-SSRS", "acknowledged", "cleared"), level, by,
            outcome.
        corrected_safety: columns of ``scores``: superseded forms with a positive safety item. A correction alone
            never clears a flag.
        plans: relapse-prevention plans: plan_id, patient_id, date, medications, warning_signs, what_helps, contacts.
        requests: wishes that a patient be discussed: request_id, patient_id, date, reason, by (who asked),
            recorded_at (datetime64[us, UTC]). Withdrawn ones are left out.
        snoozes: patients left off the list for a time: snooze_id, patient_id, date (from that day), until (to the day
            before it), reason, by. One that was ended early ends on that day.
        steps: what became of recommendations, in the order of recording: step_id, review_id, patient_id, date,
            status ("proposed", "accepted", "enacted", "declined"), why, treatment_id (float64, NaN = none), by.
    """

    as_of: date
    known_at: datetime | None
    recorded_to: datetime | None
    patients: pd.DataFrame
    episodes: pd.DataFrame
    scores: pd.DataFrame
    contacts: pd.DataFrame
    treatments: pd.DataFrame
    reviews: pd.DataFrame
    safety: pd.DataFrame
    corrected_safety: pd.DataFrame
    plans: pd.DataFrame
    requests: pd.DataFrame
    snoozes: pd.DataFrame
    steps: pd.DataFrame
