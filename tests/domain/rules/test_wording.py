"""Each finding in two wordings, with the numbers and dates of the design's table."""

import re

import pytest

from bhi_core.domain.rules import book
from bhi_core.domain.rules.wording import WORDINGS
from tests.domain.clinic import Case, caseload_of

EVENTS = "contact@0;contact@14;med_start@0;review@25"


def said(case: Case, rule: str, **options: object) -> tuple[str, str]:
    """Give the short and full wording of a rule that fires once, with ordinary spaces."""
    findings = caseload_of(case, **options).findings
    row = findings[findings["rule"] == rule].iloc[0]
    return row["short"].replace("\u202f", " "), row["full"].replace("\u202f", " ")


@pytest.mark.parametrize(
    ("rule", "case", "short", "full"),
    [
        (
            "S1", Case(as_of=8, scores="PHQ-9@0=16[i9=1]"),
            'Item 9 “several days”, 5 Jan; open 8 days',
            'Item 9 answered “several days” on 5 Jan, 8 days ago; not acknowledged.',
        ),
        (
            "S1", Case(as_of=0, scores="PHQ-9@0=16[i9=3]"),
            'Item 9 “nearly every day”, 5 Jan',
            'Item 9 answered “nearly every day” on 5 Jan, today; not acknowledged.',
        ),
        (
            "S1", Case(as_of=12, scores="PHQ-9@0=16[i9=1]; PHQ-9@9=15[i9=2]; PHQ-9@11=15[i9=2]"),
            'Item 9 “more than half the days”, 14 Jan; open 3 days',
            'Item 9 answered “more than half the days” on 14 Jan, 3 days ago; not acknowledged. '
            "3 forms since 5 Jan are not acknowledged.",
        ),
        (
            "S1", Case(as_of=1, scores="PHQ-9@0=16[i9=2][corrected]; PHQ-9@0=14[i9=0]"),
            'Item 9 “more than half the days”, 5 Jan; open 1 day',
            'Item 9 answered “more than half the days” on 5 Jan, 1 day ago; not acknowledged. '
            "The form was corrected since; that does not clear the flag.",
        ),
        (
            "S1", Case(as_of=8, scores="EPDS@0=8[i9=2]"),
            "EPDS item 10 = 2, 5 Jan; open 8 days",
            "EPDS item 10 answered 2 on 5 Jan, 8 days ago; not acknowledged.",
        ),
        (
            "S2", Case(as_of=8, events="c_ssrs@0=Orange"),
            "C-SSRS orange, 5 Jan; open 8 days", "C-SSRS level orange on 5 Jan, 8 days ago; not acknowledged.",
        ),
        (
            "S2", Case(as_of=8, events="manual_flag@-400"),
            "Safety flag by hand, 1 Dec 2024; open 408 days",
            "Safety flag raised by hand on 1 Dec 2024 by A. Novak, 408 days ago; not acknowledged.",
        ),
        (
            "S2", Case(as_of=8, events="manual_flag@1;c_ssrs@2=orange;c_ssrs@3=red"),
            "C-SSRS red, 8 Jan; open 5 days",
            "C-SSRS level red on 8 Jan, 5 days ago; not acknowledged. 3 flags since 6 Jan are not acknowledged.",
        ),
        (
            "D1", Case(as_of=148, scores="PHQ-9@0=14; PHQ-9@147=20"),
            "Worse than at start by 6 points",
            "Worse: PHQ-9 14 to 20 at week 21, up 6 (43 %). A rise of 6 or more is more than measurement error.",
        ),
        (
            "D1", Case(as_of=30, scores="PHQ-9@0=14; PHQ-9@29=19"),
            "Worse than at start by 5 points",
            "Worse: PHQ-9 14 to 19 at week 4, up 5 (36 %). "
            "A rise of 5 is a warning; 6 or more is more than measurement error.",
        ),
        (
            "D1", Case(as_of=30, scores="WHO-5@0=15; WHO-5@29=9"),
            "WHO-5: worse than at start by 6 points",
            "Worse: WHO-5 15 to 9 at week 4, down 6 (40 %). A fall of 3 or more is more than measurement error.",
        ),
        (
            "D2", Case(as_of=80, scores="PHQ-9@0=18; PHQ-9@40=4; PHQ-9@79=11"),
            "Possible relapse: up 7 from a best of 4", "Possible relapse: PHQ-9 4 at best, now 11, up 7.",
        ),
        (
            "D2",
            Case(as_of=80, scores="PHQ-9@0=18; PHQ-9@40=8; PHQ-9@79=11", status="relapse prevention", since=50),
            "Possible relapse: up 3 from a best of 8",
            "Possible relapse: PHQ-9 8 at best, now 11, up 3. In relapse prevention a score of 10 or more counts.",
        ),
        (
            "D3", Case(as_of=30, scores="PHQ-9@0=9; PHQ-9@29=11"),
            "Below 10 at start, now 10 or more",
            "Rose past the threshold: PHQ-9 9 to 11 at week 4, up 2 (22 %); below 10 at the start.",
        ),
        (
            "D4", Case(as_of=30, scores="PHQ-9@0=20; PHQ-9@10=12; PHQ-9@29=18"),
            "Part of the gain lost: up 6 from a best of 12", "Part of the gain lost: PHQ-9 12 at best, now 18, up 6.",
        ),
        (
            "T0", Case(as_of=30, events="contact@2"),
            "Not reached since the first contact, 7 Jan",
            "Not reached since the first contact on 7 Jan, 28 days ago; week 4.",
        ),
        (
            "T0", Case(as_of=30),
            "Never reached", "Never reached: no attended contact since enrolment on 5 Jan, week 4.",
        ),
        (
            "T1", Case(as_of=31, scores="PHQ-9@0=16; PHQ-9@30=11"),
            "Adequate change by week 4", "Adequate change so far: PHQ-9 16 to 11 at week 4, down 5 (31 %).",
        ),
        (
            "T1", Case(as_of=86, events="med_start@0;med_switch@52", scores="PHQ-9@0=20; PHQ-9@50=19; PHQ-9@84=13"),
            "Adequate change 4 weeks after the change",
            "Adequate change so far: PHQ-9 19 to 13, 4 weeks after the change on 26 Feb, down 6 (32 %).",
        ),
        (
            "T2", Case(as_of=43, scores="PHQ-9@0=18; PHQ-9@42=16"),
            "Little change by week 6", "Little change so far: PHQ-9 18 to 16 at week 6, down 2 (11 %).",
        ),
        (
            "T3", Case(as_of=43, scores="PHQ-9@0=18; PHQ-9@42=18"),
            "No change by week 6", "No change so far: PHQ-9 18 to 18 at week 6, unchanged.",
        ),
        (
            "T3", Case(as_of=86, events="med_start@0;med_switch@42", scores="PHQ-9@0=18; PHQ-9@40=16; PHQ-9@84=18"),
            "Up 2, 6 weeks after the change",
            "No improvement so far: PHQ-9 16 to 18, 6 weeks after the change on 16 Feb, up 2 (13 %).",
        ),
        (
            "T3", Case(as_of=43, scores="PHQ-9@0=18; PHQ-9@42=20"),
            "Up 2 by week 6", "No improvement so far: PHQ-9 18 to 20 at week 6, up 2 (11 %).",
        ),
        (
            "T3", Case(as_of=43, scores="GAD-7@0=18; GAD-7@42=17"),
            "GAD-7: little change by week 6", "Little change so far: GAD-7 18 to 17 at week 6, down 1 (6 %).",
        ),
        (
            "T4", Case(as_of=43, scores="PHQ-9@0=18; PHQ-9@42=16"),
            "Less than 25 % better by week 6", "Less than 25 % better: PHQ-9 18 to 16 at week 6, down 2 (11 %).",
        ),
        (
            "T5", Case(as_of=64, events="review@14", scores="PHQ-9@0=16; PHQ-9@63=15"),
            "Not at target in week 9; last consult week 2",
            "Possible non-response: PHQ-9 16 to 15 at week 9, down 1 (6 %); last consult in week 2. "
            "A consult is due in weeks 8 to 12.",
        ),
        (
            "T5", Case(as_of=64, scores="PHQ-9@0=16; PHQ-9@20=15"),
            "Not at target in week 9; no consult yet",
            "Possible non-response: PHQ-9 16 to 15 at week 2, down 1 (6 %); no consult yet. "
            "A consult is due in weeks 8 to 12. That score is 44 days old.",
        ),
        (
            "T5", Case(as_of=64, scores="PHQ-9@0=16"),
            "Not at target in week 9; no consult yet",
            "Possible non-response: PHQ-9 16 on 5 Jan, no score since; no consult yet. "
            "A consult is due in weeks 8 to 12.",
        ),
        (
            "T5", Case(as_of=91 + 60, events="review@80", scores="PHQ-9@91=16; PHQ-9@150=15"),
            "Not at target in week 8; last consult 26 Mar",
            "Possible non-response: PHQ-9 16 to 15 at week 8, down 1 (6 %); last consult 26 Mar. "
            "A consult is due in weeks 8 to 12. The first score came late, in week 13; weeks count from it.",
        ),
        (
            "T6", Case(as_of=246, events="review@8", scores="PHQ-9@0=26; PHQ-9@228=27"),
            "Consult overdue in week 35; last consult week 1",
            "Not at target in week 35: PHQ-9 26 to 27 at week 32, up 1 (4 %); last consult in week 1. "
            "A consult was due in weeks 8 to 12.",
        ),
        (
            "T7", Case(as_of=169, events="review@135", scores="PHQ-9@0=19; PHQ-9@163=17"),
            "Not at target in week 24; last consult week 19",
            "Possible non-response: PHQ-9 19 to 17 at week 23, down 2 (11 %); last consult in week 19.",
        ),
        (
            "T7", Case(as_of=90, events="review@60;dose_up@80", scores="PHQ-9@0=19; PHQ-9@79=17"),
            "Not at target in week 12; changed 26 Mar",
            "Possible non-response: PHQ-9 19 to 17 at week 11, down 2 (11 %); last consult in week 8. "
            "Treatment was changed on 26 Mar, 10 days ago.",
        ),
        (
            "T8", Case(as_of=142, events="review@60", scores="PHQ-9@0=20; PHQ-9@141=7"),
            "Not in remission in week 20", "Not in remission in week 20: PHQ-9 20 to 7 at week 20, down 13 (65 %).",
        ),
        (
            "T8", Case(as_of=90, events="med_start@0;med_switch@42", scores="PHQ-9@0=20; PHQ-9@80=12"),
            "Not in remission in week 12, after 2 trials",
            "Not in remission in week 12: PHQ-9 20 to 12 at week 11, down 8 (40 %). 2 trials kept for 6 weeks or more.",
        ),
        (
            "T9", Case(as_of="2026-11-20"),
            "Enrolled 10 months ago", "Enrolled on 5 Jan, 10 months ago, and still active.",
        ),
        (
            "M0", Case(as_of=22),
            "No baseline score by week 3", "No valid score yet: enrolled on 5 Jan, week 3; the baseline is missing.",
        ),
        (
            "M1", Case(as_of=95, scores="PHQ-9@0=22; PHQ-9@40=20"),
            "No PHQ-9 for 55 days",
            "No PHQ-9 for 55 days; the last, 20, was 14 Feb. The class above is of that date.",
        ),
        (
            "M1", Case(as_of=55, scores="GAD-7@0=12"),
            "No GAD-7 for 55 days", "No GAD-7 for 55 days; the last, 12, was 5 Jan.",
        ),
        (
            "C1", Case(as_of=32, events="contact@0", follow_up_weeks=4),
            "Contact 4 days overdue", "Contact was due 2 Feb, 4 days ago.",
        ),
        (
            "R1", Case(as_of=50, events="review@12"),
            "Case review due; last 17 Jan", "Case review due: last 17 Jan, 38 days ago.",
        ),
        (
            "R1", Case(as_of=50),
            "Case review due; none yet", "Case review due: none yet since enrolment on 5 Jan.",
        ),
        (
            "G1",
            Case(as_of=130, events="contact@0;contact@9;review@125", scores="PHQ-9@0=16; PHQ-9@95=6; PHQ-9@128=6"),
            "At target twice; no relapse-prevention plan yet",
            "At target on two scores: PHQ-9 16 to 6 at week 18, down 10 (63 %). No relapse-prevention plan yet.",
        ),
        (
            "G2",
            Case(
                as_of=130, status="relapse prevention", since=70, events="contact@0;review@125;rp_plan@71",
                scores="PHQ-9@0=16; GAD-7@0=12; PHQ-9@128=6; GAD-7@128=5",
            ),
            "8 weeks in relapse prevention; plan of 17 Mar",
            "In relapse prevention for 8 weeks, since 16 Mar: PHQ-9 16 to 6 at week 18, down 10 (63 %); "
            "GAD-7 12 to 5 at week 18, down 7 (58 %). Relapse-prevention plan of 17 Mar.",
        ),
    ],
)  # fmt: skip
def test_finding_is_said_short_and_in_full(rule: str, case: Case, short: str, full: str) -> None:
    assert said(case, rule) == (short, full)


def test_halved_but_above_ten_is_not_called_at_target_by_the_strict_rule() -> None:
    case = Case(as_of=55, events="contact@0;contact@9;review@50", scores="PHQ-9@0=24; PHQ-9@20=12; PHQ-9@50=12")

    assert said(case, "G1")[0] == "At target twice; no relapse-prevention plan yet"
    assert said(case, "G1", target_rule="and")[0] == "Improved twice; no relapse-prevention plan yet"


def test_wording_never_says_failed_and_holds_no_double_space() -> None:
    scores = "PHQ-9@0=16[i9=2]; GAD-7@0=15; PCL-5@0=40; PHQ-9@30=5; PHQ-9@60=22; GAD-7@60=14; PCL-5@60=70"
    cases = [
        Case(as_of=day, mrn=str(day), scores=scores, follow_up_weeks=2, events="contact@0;med_start@0;manual_flag@3")
        for day in (5, 20, 35, 61, 75, 100, 150, 300)
    ]

    texts = [text for case in cases for text in caseload_of(case).findings[["short", "full"]].to_numpy().ravel()]

    assert len(texts) > 60
    assert [text for text in texts if re.search(r"  |[Ff]ail|[Bb]ecause|nan\b|None|NaT|\.\.", text)] == []


def test_every_rule_has_a_wording_an_action_and_a_source() -> None:
    assert set(WORDINGS) == set(book().rules)
    assert all(rule.action and rule.shown_source for rule in book().rules.values())
