"""What the software decides by, and what this clinic chose."""

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from bhi_core.domain.rules import book
from bhi_core.store import queries
from bhi_core.store.engine import reading
from tests.pages.conftest import Open

PAGE = "pages/admin/rules.py"


def shown(app: AppTest) -> str:
    """Give all that the page says, without the escapes."""
    said = [str(each.value) for kind in (app.title, app.markdown, app.caption, app.warning) for each in kind]
    return "\n".join(said).replace("\\", "")


def settings(engine: Engine) -> dict[str, object]:
    """Read what is set."""
    with reading(engine) as connection:
        return queries.settings(connection)


def save(app: AppTest, start: str) -> AppTest:
    """Press the button whose key starts so."""
    return next(each for each in app.button if str(each.key).startswith(start)).click().run()


def test_page_shows_the_version_and_every_rule(empty_registry: Engine, open_page: Open) -> None:
    app = open_page(PAGE)

    assert not app.exception
    assert f"Rules {book().version}" in shown(app)
    assert list(app.table[0].value.index) == list(book().rules)


def test_page_refuses_a_person_without_the_right(clinic: Engine, without_rights: None, open_page: Open) -> None:
    app = open_page(PAGE)

    assert "You may not" in shown(app)
    assert not app.table


def test_the_or_rule_holds_until_the_clinic_chooses(clinic: Engine, open_page: Open) -> None:
    assert next(each for each in open_page(PAGE).radio if str(each.key).startswith("rules_target")).value == "or"


def test_the_clinics_choice_of_target_is_kept(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE)

    next(each for each in app.radio if str(each.key).startswith("rules_target")).set_value("and").run()
    save(app, "rules_target_save")

    assert settings(clinic)["target_rule"] == "and"
    assert "Saved" in shown(app)


def test_the_clinics_zone_is_kept(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE)

    next(each for each in app.selectbox if str(each.key).startswith("rules_zone")).set_value("America/Denver").run()
    save(app, "rules_zone_save")

    assert settings(clinic)["clinic_zone"] == "America/Denver"


def test_who_may_only_look_sees_the_rules_and_changes_nothing(
    clinic: Engine, only_may_look: None, open_page: Open
) -> None:
    app = open_page(PAGE)

    assert app.table
    assert all(each.disabled for each in app.button if str(each.key).startswith("rules_"))


def test_a_right_taken_away_stops_the_save_of_a_setting(
    clinic: Engine, open_page: Open, request: pytest.FixtureRequest
) -> None:
    app = open_page(PAGE)
    next(each for each in app.radio if str(each.key).startswith("rules_target")).set_value("and").run()

    request.getfixturevalue("only_may_look")
    save(app, "rules_target_save")

    assert "target_rule" not in settings(clinic)
