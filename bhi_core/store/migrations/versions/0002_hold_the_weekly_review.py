"""Hold the weekly review: meetings, agendas, what is typed in them, requests, snoozes, what became of recommendations.

A case review gets an id that stays across its versions: that of its first version.

Revision: 0002, after 0001.
"""

from alembic import op

from bhi_core.store.migrations.parts import (
    check,
    day,
    flag,
    kept,
    moment,
    number,
    of_a_patient,
    one_current,
    points_to,
    sane,
    text,
    word,
)

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("meeting", "agenda_item", "meeting_entry", "discuss_request", "snooze", "recommendation_step")
"""In the order in which they can be made."""

STATES = ("to come", "done", "carried over", "removed")
STATUSES = ("proposed", "accepted", "enacted", "declined")
OF_THE_FORM = (
    "field = 'discussed' OR (substr(field, 1, 3) = 'rec' AND substr(field, 4, 1) BETWEEN '1' AND '9' "
    "AND substr(field, 5) IN ('.kind', '.words', '.owner', '.due'))"
)
BEFORE = (
    "id", "recorded_at", "recorded_by", "batch_id", "line", "superseded_at", "superseded_by", "superseded_why",
    "patient_id", "date", "consultant", "discussed", "recommendation", "category", "owner", "due",
)  # fmt: skip
"""The columns of a case review in 0001."""


def reviews(*columns):
    """Make the table of case reviews with more columns than 0001 gave it."""
    of_a_patient(
        "review", "date", day("date", needed=True), text("consultant"), text("discussed"), text("recommendation"),
        text("category"), text("owner"), day("due"), points_to("review", "consultant", "staff.name"),
        points_to("review", "owner", "staff.name"), *sane("date", "due"), *columns,
    )  # fmt: skip


def make_reviews_anew(first_versions, *columns):
    """Make the table of case reviews with other columns and put all its rows back (SQLite cannot alter a rule)."""
    named = ", ".join(BEFORE)
    op.execute(f"CREATE TABLE review_before AS SELECT {named} FROM review")  # noqa: S608
    op.drop_table("review")
    reviews(*columns)
    more, filled = (", review_id", f", {first_versions}") if first_versions else ("", "")
    op.execute(f"INSERT INTO review ({named}{more}) SELECT {named}{filled} FROM review_before")  # noqa: S608
    op.drop_table("review_before")


def remember_first_versions():
    """Follow each case review back to its first version; 0001 let nobody correct one, so a chain is short."""
    op.execute(
        "CREATE TABLE review_first AS WITH RECURSIVE later (id, first) AS ("
        "SELECT id, id FROM review AS one WHERE NOT EXISTS (SELECT 1 FROM review AS b WHERE b.superseded_by = one.id) "
        "UNION SELECT review.superseded_by, later.first FROM review JOIN later ON later.id = review.id "
        "WHERE review.superseded_by IS NOT NULL) SELECT id, min(first) AS first FROM later GROUP BY id"
    )


def meetings():
    kept(
        "meeting",
        number("meeting_id", needed=True),
        day("held_on", needed=True),
        *(text(name) for name in ("care_manager", "site", "consultant", "people")),
        number("minutes", needed=True),
        number("per_patient", needed=True),
        moment("started_at", needed=False),
        moment("ended_at", needed=False),
        points_to("meeting", "care_manager", "staff.name"),
        points_to("meeting", "site", "site.name"),
        points_to("meeting", "consultant", "staff.name"),
        *sane("held_on"),
        check("minutes_in_range", "minutes BETWEEN 1 AND 600"),
        check("per_patient_in_range", "per_patient BETWEEN 1 AND 600"),
        check("ends_after", "ended_at >= started_at"),
    )
    one_current("meeting", "meeting_id")


def of_a_meeting(table, *columns):
    kept(
        table,
        number("meeting_id", needed=True),
        number("patient_id", needed=True),
        points_to(table, "meeting_id", "meeting.id"),
        points_to(table, "patient_id", "patient.id"),
        *columns,
    )
    op.create_index(f"ix_{table}_meeting_id", table, ["meeting_id", "patient_id"])


def in_a_meeting():
    of_a_meeting(
        "agenda_item", number("place", needed=True), flag("pinned"), word("state", STATES, needed=True), text("why"),
        number("seconds"), check("place_in_range", "place BETWEEN 1 AND 999"),
        check("seconds_in_range", "seconds BETWEEN 0 AND 86400"),
    )  # fmt: skip
    one_current("agenda_item", "meeting_id", "patient_id")
    of_a_meeting(
        "meeting_entry", text("field", needed=True), text("value", needed=True), number("rival_of"),
        points_to("meeting_entry", "rival_of", "meeting_entry.id"), check("field", OF_THE_FORM),
        check("value", "length(value) <= 4000"), check("rival_of_another", "rival_of <> id"),
    )  # fmt: skip
    one_current("meeting_entry", "meeting_id", "patient_id", "field", more=" AND rival_of IS NULL")


def between_meetings():
    of_a_patient(
        "discuss_request", "date", day("date", needed=True), text("reason", needed=True), *sane("date"),
        check("reason_given", "reason <> ''"),
    )  # fmt: skip
    of_a_patient(
        "snooze", "date", day("date", needed=True), day("until", needed=True), text("reason", needed=True),
        *sane("date", "until"), check("ends_after", "until > date"), check("reason_given", "reason <> ''"),
    )  # fmt: skip
    of_a_patient(
        "recommendation_step", "date", day("date", needed=True), word("status", STATUSES, needed=True), text("why"),
        number("review_id", needed=True), number("treatment_id"),
        points_to("recommendation_step", "review_id", "review.id"),
        points_to("recommendation_step", "treatment_id", "treatment.id"), *sane("date"),
        check("declined_why", "status <> 'declined' OR (why IS NOT NULL AND why <> '')"),
        check("enacted_by_treatment", "treatment_id IS NULL OR status = 'enacted'"),
    )  # fmt: skip
    op.create_index("ix_recommendation_step_review_id", "recommendation_step", ["review_id"])


def upgrade() -> None:
    """Make the tables of the weekly review and give each case review its lasting id."""
    meetings()
    remember_first_versions()
    make_reviews_anew(
        "coalesce((SELECT first FROM review_first WHERE review_first.id = review_before.id), id)",
        number("review_id", needed=True),
        number("meeting_id"),
        number("place"),
        points_to("review", "meeting_id", "meeting.id"),
        check("place_in_range", "place BETWEEN 1 AND 9"),
        check("of_a_meeting", "(meeting_id IS NULL) = (place IS NULL)"),
    )
    op.drop_table("review_first")
    one_current("review", "review_id")
    one_current("review", "meeting_id", "patient_id", "place")
    in_a_meeting()
    between_meetings()


def downgrade() -> None:
    """Take the weekly review away; what was recommended in it stays as case reviews."""
    for table in reversed(TABLES[1:]):
        op.drop_table(table)
    make_reviews_anew("")
    op.drop_table("meeting")
