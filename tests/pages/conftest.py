"""A small clinic in a file, and pages opened on it through the router."""

import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import streamlit as st
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from bhi_core import clock, settings
from bhi_core.demo import seeding
from bhi_core.domain.actor import Actor, local_person
from bhi_core.store import commands
from bhi_core.store.engine import connect_engine, migrate
from bhi_core.ui import access

ROOT = Path(__file__).resolve().parents[2]
TODAY = clock.today(settings.DEFAULT_ZONE)
PERSON = local_person("D. Reyes")
AGO = timedelta(days=40)
"""How long ago the clinic's patients were enrolled and measured."""
Open = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def _fresh_caches() -> Iterator[None]:
    """Every test of Streamlit has the same session id, so what one has cached the next would see."""
    st.cache_data.clear()
    st.cache_resource.clear()
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def empty_registry(sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Give a registry without anybody, named as the database of the app."""
    monkeypatch.setenv("BHI_DATABASE_URL", str(sqlite_engine.url))
    return sqlite_engine


@pytest.fixture
def clinic(empty_registry: Engine) -> Engine:
    """Give a registry with two patients of Harbor, one of them with a site's crisis line and a PHQ-9 of 14."""
    engine, today = empty_registry, TODAY
    commands.add_staff(engine, PERSON, token="staff", name="D. Reyes", role="care manager")
    for number, (mrn, last, first) in enumerate((("00123", "Ash", "Kit"), ("00124", "Ashgrove", "*Otis*")), start=1):
        commands.add_patient(
            engine, PERSON, token=f"p{number}", today=today, mrn=mrn, last_name=last, first_name=first,
            birth_date=date(1980, 5, number), site="Harbor",
        )  # fmt: skip
        commands.enrol(engine, PERSON, token=f"e{number}", today=today, patient_id=number, enrolled_on=today - AGO)
    commands.record_score(
        engine, PERSON, token="s1", today=today, patient_id=1, instrument="phq9", taken_on=today - AGO,
        items=[2, 2, 1, 2, 1, 2, 2, 2, 0],
    )  # fmt: skip
    commands.set_setting(engine, PERSON, token="line", key="crisis_line/Harbor", value="Harbor team 555-0142")
    return engine


@pytest.fixture
def open_page() -> Open:
    """Give what opens a page of the app through the router, as a browser does."""

    def opened(page: str, **query: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
        app.switch_page(page)
        for name, value in query.items():
            app.query_params[name] = value
        app.run()
        assert not app.error, app.error[0].value
        return app

    return opened


@pytest.fixture
def without_rights(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let somebody be there who may nothing: the place where sign-in will say who it is is asked."""
    monkeypatch.setattr(access, "actor", lambda: Actor("Nobody"))


@pytest.fixture
def only_may_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let somebody be there who may see the caseload and nothing else."""
    monkeypatch.setattr(access, "actor", lambda: Actor("Looker", frozenset({"see caseload"})))


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file with the demo clinic, made once, to copy."""
    path = tmp_path_factory.mktemp("demo") / "clinic.db"
    engine = connect_engine(f"sqlite:///{path}")
    migrate(engine)
    seeding.seed(engine, TODAY)
    engine.dispose()
    return path


@pytest.fixture
def demo_clinic(seeded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """Give the demo clinic in a file of this test, named as the database of the app."""
    path = tmp_path / "clinic.db"
    shutil.copyfile(seeded, path)
    engine = connect_engine(f"sqlite:///{path}")
    monkeypatch.setenv("BHI_DATABASE_URL", f"sqlite:///{path}")
    yield engine
    engine.dispose()
