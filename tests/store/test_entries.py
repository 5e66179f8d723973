"""What is typed in a meeting is kept as typed; two who type at once both find their text again."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine

from bhi_core.domain.actor import Actor
from bhi_core.errors import Conflict, EntryConflict, Refused
from bhi_core.store.tables import MeetingEntry
from tests.store.making import KIM, token
from tests.store.weekly import LEE, Weekly, everything, versions, weekly

SAVES_EACH = 100
ROOT = Path(__file__).parents[2]


@pytest.fixture
def meeting(engine: Engine) -> Weekly:
    """Give a meeting of today with the patients 1, 2 and 3."""
    return weekly(engine)


def clash(found: Weekly, text: str = "eats badly", actor: Actor = LEE, **more: Any) -> EntryConflict:
    """Type a text without having seen what stands, and give the conflict."""
    given: dict[str, Any] = {"field": "discussed", "value": text, "seen": None} | more
    with pytest.raises(EntryConflict) as told:
        found.do("save_entry", actor, **given)
    return told.value


def stand(found: Weekly) -> list[tuple[str, str]]:
    """Give the texts that stand of patient 1: field, text; those of the fields first."""
    entries = found.entries()
    return list(zip(entries["field"].tolist(), entries["value"].tolist(), strict=True))


@pytest.mark.parametrize("text", ["sleeps badly", "", "  two blanks before, a line\nand one after\n", "ä" * 4000])
def test_text_is_kept_as_typed(meeting: Weekly, text: str) -> None:
    row_id = meeting.save("discussed", text)

    assert stand(meeting) == [("discussed", text)]
    assert meeting.entries()["row_id"].tolist() == [row_id]


@pytest.mark.parametrize(
    ("field", "text"),
    [("discussed", "x" * 4001), ("discussed", "a\x00b"), ("rec1.cost", "9"), ("rec0.kind", "start"),
     ("rec10.kind", "start"), ("rec1.kind\n", "start")],
)  # fmt: skip
def test_text_that_cannot_be_kept_is_refused(meeting: Weekly, field: str, text: str) -> None:
    with pytest.raises(Refused):
        meeting.save(field, text)

    assert meeting.entries().empty


def test_text_typed_on_takes_the_place_of_what_was_seen_and_both_stay(meeting: Weekly) -> None:
    first = meeting.save("discussed", "sle")
    second = meeting.save("discussed", "sleeps badly", LEE, seen=first)

    meeting.save("discussed", "", seen=second)

    assert stand(meeting) == [("discussed", "")]
    assert versions(meeting.engine, MeetingEntry)["value"].tolist() == ["sle", "sleeps badly", ""]


def test_fields_and_patients_do_not_meet(meeting: Weekly) -> None:
    meeting.save("discussed", "sleeps badly")
    meeting.save("discussed", "works again", LEE, patient_id=2)
    meeting.save("rec1.words", "sertraline", LEE)

    assert stand(meeting) == [("discussed", "sleeps badly"), ("rec1.words", "sertraline")]
    assert meeting.entries(2)["value"].tolist() == ["works again"]


def test_same_text_typed_by_two_is_one_text(meeting: Weekly) -> None:
    first = meeting.save("discussed", "sleeps badly")

    saved = meeting.do("save_entry", LEE, field="discussed", value="sleeps badly", seen=None)

    assert (saved.record_id, saved.repeated) == (first, True)


def test_two_who_type_at_once_both_find_both_texts(meeting: Weekly) -> None:
    first = meeting.save("discussed", "sleeps badly")

    told = clash(meeting)

    assert (told.stands.row_id, told.stands.text, told.stands.by) == (first, "sleeps badly", "Kim Kwon")
    assert (told.rival.text, told.rival.by) == ("eats badly", "Lee Marsh")
    entries = meeting.entries()
    assert entries["value"].tolist() == ["sleeps badly", "eats badly"]
    assert entries["rival_of"].fillna(0).tolist() == [0, first]
    assert entries["row_id"].tolist() == [told.stands.row_id, told.rival.row_id]


def test_conflict_says_who_and_holds_no_text_in_its_sentence(meeting: Weekly) -> None:
    meeting.save("discussed", "sleeps badly")

    told = str(clash(meeting))

    assert "Kim Kwon" in told
    assert "sleeps" not in told
    assert "eats" not in told


def test_conflict_is_told_again_for_the_same_token(meeting: Weekly) -> None:
    meeting.save("discussed", "sleeps badly")
    act = token()
    first = clash(meeting, token=act)
    before = everything(meeting.engine)

    again = clash(meeting, token=act)

    assert again.rival == first.rival
    assert everything(meeting.engine) == before


def test_rival_that_is_typed_on_stays_one_rival(meeting: Weekly) -> None:
    meeting.save("discussed", "sleeps badly")
    told = clash(meeting, "eats")

    clash(meeting, "eats badly", seen=told.rival.row_id)

    assert stand(meeting) == [("discussed", "sleeps badly"), ("discussed", "eats badly")]


def test_who_stands_in_the_field_types_on_beside_a_rival(meeting: Weekly) -> None:
    first = meeting.save("discussed", "sleeps")
    clash(meeting)

    meeting.save("discussed", "sleeps badly", seen=first)

    assert stand(meeting) == [("discussed", "sleeps badly"), ("discussed", "eats badly")]


def settle(found: Weekly, rivals: list[int], seen: int | None, text: str = "sleeps and eats badly") -> int:
    saved = found.do("settle_entry", field="discussed", value=text, rivals=rivals, seen=seen)
    assert saved.record_id is not None
    return saved.record_id


@pytest.mark.parametrize("text", ["sleeps and eats badly", "sleeps badly", "eats badly", ""])
def test_settled_field_holds_one_text_and_the_others_stay_in_the_history(meeting: Weekly, text: str) -> None:
    first = meeting.save("discussed", "sleeps badly")
    rivals = [clash(meeting).rival.row_id, clash(meeting, "is tired").rival.row_id]

    row_id = settle(meeting, rivals, first, text)

    assert stand(meeting) == [("discussed", text)]
    rows = versions(meeting.engine, MeetingEntry).set_index("id")
    assert rows.loc[[first, *rivals], "superseded_by"].tolist() == [row_id] * 3
    assert rows["value"].tolist() == ["sleeps badly", "eats badly", "is tired", text]


def test_field_that_changed_since_it_was_seen_is_not_settled(meeting: Weekly) -> None:
    first = meeting.save("discussed", "sleeps badly")
    rival = clash(meeting).rival.row_id
    meeting.save("discussed", "sleeps well", seen=first)

    with pytest.raises(Conflict):
        settle(meeting, [rival], first)


@pytest.mark.parametrize("known", [0, 1])
def test_field_with_a_rival_that_was_not_seen_is_not_settled(meeting: Weekly, known: int) -> None:
    first = meeting.save("discussed", "sleeps badly")
    rivals = [clash(meeting).rival.row_id, clash(meeting, "is tired").rival.row_id]

    with pytest.raises(Conflict):
        settle(meeting, rivals[:known], first)

    assert len(stand(meeting)) == 3


def test_text_typed_on_after_the_rival_was_settled_meets_the_settled_one(meeting: Weekly) -> None:
    first = meeting.save("discussed", "sleeps badly")
    rival = clash(meeting).rival.row_id
    settle(meeting, [rival], first)

    told = clash(meeting, "eats badly at night", seen=rival)

    assert told.stands.text == "sleeps and eats badly"


class Typist:
    """Somebody who types texts one after the other, each seeing only what they themselves were last told."""

    def __init__(self, found: Weekly, actor: Actor, fields: list[str], *, goes_on: bool) -> None:
        self.found, self.actor, self.fields, self.goes_on = found, actor, fields, goes_on
        self.seen: dict[str, int | None] = dict.fromkeys(fields)
        self.saved: list[tuple[str, str]] = []
        self.conflicts = 0

    def type(self) -> None:
        for number in range(SAVES_EACH):
            field, text = self.fields[number % len(self.fields)], f"{self.actor.name} {number}"
            try:
                self.seen[field] = self.found.save(field, text, self.actor, seen=self.seen[field])
            except EntryConflict as told:
                self.conflicts += 1
                self.seen[field] = told.rival.row_id if self.goes_on else told.stands.row_id
            self.saved.append((field, text))


def type_at_once(*typists: Typist) -> None:
    with ThreadPoolExecutor(len(typists)) as pool:
        for done in [pool.submit(each.type) for each in typists]:
            done.result()


def kept(found: Weekly) -> pd.DataFrame:
    """Give every text ever kept, and whether it stands, is an earlier version, or a rival."""
    rows = versions(found.engine, MeetingEntry)
    earlier = rows["superseded_at"].notna() & rows["superseded_by"].notna()
    rows["is"] = "lost"
    rows.loc[earlier, "is"] = "earlier version"
    rows.loc[rows["superseded_at"].isna() & rows["rival_of"].notna(), "is"] = "rival"
    rows.loc[rows["superseded_at"].isna() & rows["rival_of"].isna(), "is"] = "stands"
    return rows


def test_200_saves_at_once_to_fields_of_their_own_lose_nothing_and_never_meet(meeting: Weekly) -> None:
    kim = Typist(meeting, KIM, ["discussed", "rec1.words"], goes_on=True)
    lee = Typist(meeting, LEE, ["rec2.words", "rec3.words"], goes_on=True)

    type_at_once(kim, lee)

    rows = kept(meeting)
    assert sorted(zip(rows["field"], rows["value"], strict=True)) == sorted(kim.saved + lee.saved)
    assert set(rows["is"]) == {"stands", "earlier version"}
    assert sorted(stand(meeting)) == sorted(kim.saved[-2:] + lee.saved[-2:])
    assert kim.conflicts + lee.conflicts == 0


def test_200_saves_at_once_to_the_same_field_lose_nothing_and_tell_of_every_clash(meeting: Weekly) -> None:
    kim = Typist(meeting, KIM, ["discussed"], goes_on=True)
    lee = Typist(meeting, LEE, ["discussed"], goes_on=False)

    type_at_once(kim, lee)

    rows = kept(meeting)
    assert sorted(zip(rows["field"], rows["value"], strict=True)) == sorted(kim.saved + lee.saved)
    assert set(rows["is"]) <= {"stands", "earlier version", "rival"}
    assert (rows["is"] == "stands").sum() == 1
    assert kim.conflicts + lee.conflicts > 0
    rivals = rows.loc[rows["is"] == "rival", "id"].tolist()
    settle(meeting, rivals, meeting.row_of("discussed"))
    assert len(stand(meeting)) == 1
    assert set(kept(meeting)["is"]) == {"stands", "earlier version"}


TYPING = """
import sys
from itertools import count
from bhi_core.domain.actor import local_person
from bhi_core.store import commands
from bhi_core.store.engine import connect_engine
from tests.store.making import TODAY

engine, seen = connect_engine(sys.argv[1]), None
for number in count(1):
    saved = commands.save_entry(
        engine, local_person("Kim"), token=f"key-{number}", today=TODAY, meeting_id=1, patient_id=1,
        field="discussed", value=str(number), seen=seen,
    )
    seen = saved.record_id
    print(number, flush=True)
"""
"""Types one text after the other and says "saved" for each, until it is killed."""


def test_program_killed_while_somebody_types_loses_nothing_that_was_said_to_be_saved(meeting: Weekly) -> None:
    url = meeting.engine.url.render_as_string(hide_password=False)
    with subprocess.Popen([sys.executable, "-c", TYPING, url], stdout=subprocess.PIPE, text=True, cwd=ROOT) as typing:
        assert typing.stdout is not None
        said = [int(typing.stdout.readline()) for _ in range(25)]
        typing.kill()
        said += [int(line) for line in typing.stdout]

    texts = [int(text) for text in versions(meeting.engine, MeetingEntry)["value"]]

    assert said == list(range(1, len(said) + 1))
    assert texts in (said, [*said, len(said) + 1])  # the last may have been kept and not said any more
    assert stand(meeting) == [("discussed", str(texts[-1]))]
    meeting.save("discussed", "typed after the restart", seen=meeting.row_of("discussed"))
