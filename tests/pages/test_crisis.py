"""Each site's own crisis line; 988 always."""

from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from bhi_core.store import queries
from bhi_core.store.engine import reading
from bhi_core.ui import crisis
from tests.pages.conftest import Open

PAGE = "pages/practice/crisis.py"


def shown(app: AppTest) -> str:
    """Give all that the page says, without the escapes."""
    said = [str(each.value) for kind in (app.title, app.markdown, app.caption, app.warning) for each in kind]
    return "\n".join(said).replace("\\", "")


def test_988_stands_first_and_comes_from_the_code(empty_registry: Engine, open_page: Open) -> None:
    app = open_page(PAGE)

    assert not app.exception
    assert "988 Suicide & Crisis Lifeline" in app.title[0].value.replace("\\", "")
    assert crisis.lines(None).startswith("988")


def test_page_without_sites_says_where_they_come_from(empty_registry: Engine, open_page: Open) -> None:
    assert "No sites yet" in shown(open_page(PAGE))


def test_page_refuses_a_person_without_the_right(clinic: Engine, without_rights: None, open_page: Open) -> None:
    app = open_page(PAGE)

    assert "You may not" in shown(app)
    assert not app.text_input


def test_each_site_shows_its_recorded_line(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE)

    assert [each.value for each in app.text_input if each.label == "Harbor"] == ["Harbor team 555-0142"]


def test_a_new_line_is_kept_and_shown(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE)

    app.text_input[0].set_value("Harbor mobile team 555-0199").run()
    next(each for each in app.button if str(each.key).startswith("crisis_save_")).click().run()

    assert "Saved" in shown(app)
    assert app.text_input[0].value == "Harbor mobile team 555-0199"
    with reading(clinic) as connection:
        assert queries.settings(connection)["crisis_line/Harbor"] == "Harbor mobile team 555-0199"


def test_an_emptied_line_reads_as_none_recorded(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE)

    app.text_input[0].set_value("").run()
    next(each for each in app.button if str(each.key).startswith("crisis_save_")).click().run()

    with reading(clinic) as connection:
        assert "crisis_line/Harbor" not in queries.settings(connection)
    assert app.text_input[0].placeholder == "no local line recorded"


def test_who_may_only_look_cannot_change_a_line(clinic: Engine, only_may_look: None, open_page: Open) -> None:
    app = open_page(PAGE)

    assert app.text_input[0].disabled
    assert all(each.disabled for each in app.button if str(each.key).startswith("crisis_save_"))
