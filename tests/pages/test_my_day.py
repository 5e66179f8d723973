"""My day: whose it is, safety first, each line with its reason and its way on."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from bhi_core.store import commands
from tests.pages.conftest import PERSON, TODAY, Open

PAGE = "pages/care/my_day.py"


def shown(app: AppTest) -> str:
    """Give all that the page says, without the signs that keep markdown away."""
    said = [
        str(each.value) for kind in (app.title, app.header, app.markdown, app.caption, app.warning) for each in kind
    ]
    return "\n".join(said).replace("\\", "").replace("\u2060", "")


def links(app: AppTest) -> list[tuple[str, str, str]]:
    """Give label, page and query of the links."""
    found = [each.proto for each in app.get("page_link")]
    return [(one.label.replace("\\", ""), one.page, one.query_string) for one in found]


@pytest.fixture
def reyes(clinic: Engine) -> Engine:
    """Give the clinic with both patients in the care of D. Reyes, every 2 weeks; nobody was reached yet."""
    for version in (1, 2):
        commands.change_episode(
            clinic,
            PERSON,
            token=f"m{version}",
            today=TODAY,
            version=version,
            care_manager="D. Reyes",
            follow_up_weeks=2,
        )
    return clinic


def test_page_asks_whose_day_it_is(reyes: Engine, open_page: Open) -> None:
    app = open_page(PAGE)

    assert "Whose day?" in shown(app)


def test_page_without_patients_offers_to_bring_in_a_file(empty_registry: Engine, open_page: Open) -> None:
    assert "No patients yet" in shown(open_page(PAGE))


def test_page_refuses_a_person_without_the_right(reyes: Engine, without_rights: None, open_page: Open) -> None:
    app = open_page(PAGE, who="D. Reyes")

    assert "You may not" in shown(app)
    assert "Ash" not in shown(app)


def test_the_day_of_the_person_who_signs_opens_by_itself(reyes: Engine, open_page: Open) -> None:
    app = open_page(PAGE)

    app.selectbox(key="access_name").set_value("D. Reyes").run()

    assert "2 of D. Reyes's 2 patients need you today: 2 to contact." in shown(app)


def test_a_name_in_the_url_that_nobody_has_opens_nobodys_day(reyes: Engine, open_page: Open) -> None:
    assert "Whose day?" in shown(open_page(PAGE, who="M. Mustermann"))


def test_safety_stands_first_and_each_line_says_why_and_since_when(reyes: Engine, open_page: Open) -> None:
    commands.raise_flag(reyes, PERSON, token="f", today=TODAY, patient_id=2, date=TODAY - timedelta(days=3), level="x")

    app = open_page(PAGE, who="D. Reyes")

    said = shown(app)
    assert said.index("Open safety flag: assess today: 1") < said.index("Contact due or overdue: 1")
    assert "3 days ago; not acknowledged" in said
    assert "Never reached" in said


def test_each_line_leads_to_the_patient_and_to_the_sheet_that_is_needed(reyes: Engine, open_page: Open) -> None:
    app = open_page(PAGE, who="D. Reyes")

    found = links(app)
    assert ("**Ash, Kit** 00123", "patient", "id=1") in found
    assert ("Record contact", "contact", "id=1") in found


def test_a_recommendation_leads_to_the_sheet_that_says_what_became_of_it(reyes: Engine, open_page: Open) -> None:
    commands.record_review(
        reyes, PERSON, token="r", today=TODAY, patient_id=1, date=TODAY - timedelta(days=9), category="raise dose",
        recommendation="Sertraline to 100 mg", owner="D. Reyes", due=TODAY - timedelta(days=2),
    )  # fmt: skip

    app = open_page(PAGE, who="D. Reyes")

    assert "1 recommendation is due" in shown(app)
    query = next(query for label, _, query in links(app) if label == "Say what became of it")
    assert set(query.split("&")) == {"id=1", "care_what=Recommendations", "review=1"}


def test_a_day_with_nothing_due_says_so(reyes: Engine, open_page: Open) -> None:
    for patient_id in (1, 2):
        commands.record_contact(
            reyes, PERSON, token=f"c{patient_id}", today=TODAY, patient_id=patient_id, date=TODAY, kind="follow-up",
            attended=True, next_due=TODAY + timedelta(days=30),
        )  # fmt: skip
        commands.record_score(
            reyes, PERSON, token=f"now{patient_id}", today=TODAY, patient_id=patient_id, instrument="phq9",
            taken_on=TODAY, total=6,
        )  # fmt: skip

    app = open_page(PAGE, who="D. Reyes")

    assert "Nothing is due today for D. Reyes: 2 patients in care." in shown(app)


def test_who_is_left_out_by_a_snooze_is_counted(reyes: Engine, open_page: Open) -> None:
    commands.snooze(
        reyes, PERSON, token="z", today=TODAY, patient_id=1, until=TODAY + timedelta(days=7), reason="on leave"
    )

    app = open_page(PAGE, who="D. Reyes")

    assert "1 patient left out by a snooze" in shown(app)
    assert "Ash, Kit" not in str(links(app))


def test_todays_meeting_names_the_patients_of_its_agenda(reyes: Engine, open_page: Open) -> None:
    commands.open_meeting(
        reyes, PERSON, token="o", today=TODAY, held_on=TODAY, care_manager=None, site=None, consultant=None, people="",
        minutes=60, per_patient=6, items=[{"patient_id": 2, "pinned": False, "why": None}],
    )  # fmt: skip

    app = open_page(PAGE, who="D. Reyes")

    assert "On the agenda of today's meeting: 1" in shown(app)
    assert "Number 1 on the agenda, to come." in shown(app)


def test_every_figure_says_its_denominator(reyes: Engine, open_page: Open) -> None:
    said = shown(open_page(PAGE, who="D. Reyes"))

    assert "2 of 2" in said and "of own caseload" in said and "of those open" in said


def test_a_name_with_markdown_is_shown_as_it_stands(reyes: Engine, open_page: Open) -> None:
    app = open_page(PAGE, who="D. Reyes")

    assert any("\\*Otis\\*" in each.proto.label for each in app.get("page_link"))


def test_a_registry_without_staff_says_where_a_care_manager_is_named(empty_registry: Engine, open_page: Open) -> None:
    commands.add_patient(empty_registry, PERSON, token="p", today=TODAY, mrn="1")

    assert "Nobody is on the staff list yet" in shown(open_page(PAGE))
