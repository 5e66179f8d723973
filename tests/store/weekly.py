"""Makes what the tests of the weekly review begin with: a meeting with three patients, and what is typed in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import Engine

from bhi_core.domain.actor import Actor, local_person
from bhi_core.store import commands, queries
from bhi_core.store.engine import reading
from bhi_core.store.tables import Meeting, MeetingEntry, Review, metadata, table
from tests.store.making import KIM, TODAY, enrolled, token

LEE = local_person("Lee Marsh")
RAISE = {"kind": "raise dose", "words": "sertraline 100 mg", "owner": "Kim Kwon", "due": "2026-03-09"}


@dataclass(frozen=True)
class Weekly:
    """A meeting of today with the patients 1, 2 and 3 on its agenda."""

    engine: Engine
    meeting_id: int

    def do(self, name: str, actor: Actor = KIM, *, patient_id: int | None = 1, **values: Any) -> commands.Saved:
        """Run a command of this meeting; ``patient_id`` None leaves it out."""
        who = {} if patient_id is None else {"patient_id": patient_id}
        given = {"token": token(), "today": TODAY, "meeting_id": self.meeting_id} | who | values
        saved: commands.Saved = getattr(commands, name)(self.engine, actor, **given)
        return saved

    def save(self, field: str, value: str, actor: Actor = KIM, *, seen: int | None = None, **more: Any) -> int:
        """Type a text and give its row."""
        saved = self.do("save_entry", actor, field=field, value=value, seen=seen, **more)
        assert saved.record_id is not None
        return saved.record_id

    def advise(self, number: int = 1, advice: Mapping[str, str] = RAISE, patient_id: int = 1) -> None:
        """Type a recommendation, over what stands in its fields."""
        for part, text in advice.items():
            field = f"rec{number}.{part}"
            self.save(field, text, seen=self.row_of(field, patient_id), patient_id=patient_id)

    def finish(self, patient_id: int = 1) -> commands.Saved:
        """Finish a patient's discussion; where nothing was typed, a word of what was discussed is."""
        if self.entries(patient_id).empty:
            self.save("discussed", "sleeps better", patient_id=patient_id)
        return self.do("finish_discussion", patient_id=patient_id)

    def entries(self, patient_id: int = 1) -> pd.DataFrame:
        """Give what is typed of a patient."""
        with reading(self.engine) as connection:
            return queries.entries(connection, self.meeting_id, patient_id)

    def row_of(self, field: str, patient_id: int = 1) -> int | None:
        """Give the row of the text that stands in a field."""
        found = self.entries(patient_id)
        rows = found.loc[(found["field"] == field) & found["rival_of"].isna(), "row_id"]
        return int(rows.iloc[0]) if len(rows) else None

    def agenda(self) -> pd.DataFrame:
        """Give the agenda."""
        with reading(self.engine) as connection:
            return queries.agenda_items(connection, self.meeting_id)

    def states(self) -> dict[int, str]:
        """Give where each patient stands."""
        agenda = self.agenda()
        return dict(zip(agenda["patient_id"].tolist(), agenda["state"].tolist(), strict=True))


def weekly(engine: Engine, **meeting: Any) -> Weekly:
    """Open a meeting of today with three patients."""
    items = [{"patient_id": enrolled(engine, mrn)} for mrn in ("1", "2", "3")]
    given: dict[str, Any] = {"held_on": TODAY, "consultant": "Dr. Rao", "items": items} | meeting
    saved = commands.open_meeting(engine, KIM, token=token(), today=TODAY, **given)
    assert saved.record_id is not None
    return Weekly(engine, saved.record_id)


def everything(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Give every row of every table, history and audit included."""
    with reading(engine) as connection:
        return {
            name: sorted(map(tuple, connection.execute(kept.select())), key=repr)
            for name, kept in metadata.tables.items()
        }


def versions(engine: Engine, model: type[Meeting | MeetingEntry | Review]) -> pd.DataFrame:
    """Give every version of a table's rows, as kept."""
    with reading(engine) as connection:
        rows = connection.execute(table(model).select().order_by(table(model).c.id)).mappings().all()
    return pd.DataFrame([dict(row) for row in rows], columns=[column.name for column in table(model).c])
