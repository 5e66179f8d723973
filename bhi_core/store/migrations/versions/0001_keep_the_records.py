"""Keep people, courses of care, scores and what was done.

Revision: 0001, the first.
"""

import sqlalchemy as sa
from alembic import op

from bhi_core.store.migrations.parts import (
    check,
    day,
    flag,
    kept,
    key,
    moment,
    number,
    numbered,
    of_a_patient,
    one_current,
    points_to,
    sane,
    text,
    word,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "import_batch", "refused_line", "mapping", "staff", "site", "patient", "episode", "score", "contact", "treatment",
    "review", "safety", "plan", "coverage", "diagnosis", "setting", "audit", "data_version",
)  # fmt: skip
"""In the order in which they can be made."""

STATUSES = ("active", "relapse prevention", "graduated", "discharged", "referred", "lost", "other")
CONDITIONS = ("depression", "anxiety", "PTSD", "other")
CONTACT_KINDS = ("assessment", "follow-up", "outreach", "no show", "other")
MODALITIES = ("in person", "video", "phone", "portal")
CHANGES = ("start", "dose up", "dose down", "switch", "augment", "stop", "therapy start", "therapy stop", "referral")
SAFETY_KINDS = ("manual flag", "C-SSRS", "acknowledged", "cleared")
PAYERS = ("commercial", "Medicare", "Medicaid fee for service", "Medicaid managed care", "dual", "uninsured", "other")
ROLES = ("care manager", "consultant", "PCP", "therapist", "other")


def ledger():
    counts = ("rows", "accepted", "known", "rejected", "mixed", "records")
    numbered(
        "import_batch",
        *(text(name, needed=True) for name in ("file", "kind", "checksum", "layout")),
        day("as_of", needed=True),
        *(number(name, needed=True) for name in counts),
        check("adds_up", "accepted + known + rejected + mixed = rows"),
        check("counts", "accepted >= 0 AND known >= 0 AND rejected >= 0 AND mixed >= 0"),
        check("records", "records >= 0"),
    )
    op.create_index("ix_import_batch_checksum", "import_batch", ["checksum"])
    op.create_table(
        "refused_line",
        key("batch_id"),
        key("line"),
        text("outcome", needed=True),
        text("reasons", needed=True),
        points_to("refused_line", "batch_id", "import_batch.id"),
        check("outcome", "outcome IN ('rejected', 'mixed')"),
    )
    kept("mapping", *(text(name, needed=True) for name in ("kind", "layout", "mapping")))


def people():
    for table, columns in {
        "staff": (word("role", ROLES), number("active", sa.Boolean, needed=True)),
        "site": (),
    }.items():
        numbered(
            table,
            text("name", needed=True),
            *columns,
            number("batch_id"),
            check("named", "name <> ''"),
        )
        op.create_index(f"uq_{table}_name", table, ["name"], unique=True)
    kept(
        "patient",
        number("patient_id", needed=True),
        text("mrn", needed=True),
        *(text(name) for name in ("first_name", "last_name")),
        day("birth_date"),
        *(text(name) for name in ("sex", "race", "ethnicity", "language", "payer", "site", "pcp")),
        points_to("patient", "site", "site.name"),
        *sane("birth_date"),
        check("mrn", "mrn <> ''"),
    )
    op.create_index("ix_patient_patient_id", "patient", ["patient_id"])
    one_current("patient", "mrn")
    one_current("patient", "patient_id")


def episodes():
    kept(
        "episode",
        number("episode_id", needed=True),
        number("patient_id", needed=True),
        day("enrolled_on", needed=True),
        word("status", STATUSES, needed=True),
        day("status_since"),
        text("care_manager"),
        text("consultant"),
        number("follow_up_weeks", sa.Float),
        word("condition", CONDITIONS),
        text("primary_instrument"),
        day("consent_on"),
        day("closed_on"),
        text("reason"),
        text("site"),
        number("baseline_score_id"),
        points_to("episode", "patient_id", "patient.id"),
        points_to("episode", "care_manager", "staff.name"),
        points_to("episode", "consultant", "staff.name"),
        points_to("episode", "site", "site.name"),
        *sane("enrolled_on", "status_since", "consent_on", "closed_on"),
        check("closed_after_enrolled", "closed_on >= enrolled_on"),
        check("follow_up_weeks", "follow_up_weeks > 0 AND follow_up_weeks <= 104"),
    )
    op.create_index("ix_episode_patient_id", "episode", ["patient_id"])
    one_current("episode", "episode_id")
    one_current("episode", "patient_id", label="open", more=" AND status IN ('active', 'relapse prevention')")


def scores():
    kept(
        "score",
        number("patient_id", needed=True),
        day("date", needed=True),
        text("instrument", needed=True),
        number("total"),
        text("items"),
        number("safety_answer", sa.SmallInteger, needed=True),
        number("functional", sa.SmallInteger),
        text("mode"),
        text("source"),
        flag("assigned"),
        points_to("score", "patient_id", "patient.id"),
        *sane("date"),
        check("total_in_range", "total BETWEEN 0 AND 999"),
        check("safety_answer_in_range", "safety_answer BETWEEN -2 AND 9"),
        check("functional_in_range", "functional BETWEEN 0 AND 9"),
        check("something_known", "total IS NOT NULL OR items IS NOT NULL"),
        check("instrument", "instrument <> '' AND instrument = replace(instrument, ' ', '')"),
    )
    op.create_index("ix_score_course", "score", ["patient_id", "instrument", "date", "total", "safety_answer"])
    corrected = sa.text("superseded_at IS NOT NULL AND safety_answer >= 1")
    op.create_index("ix_score_corrected", "score", ["patient_id"], sqlite_where=corrected, postgresql_where=corrected)


def what_was_done():
    minutes = check("minutes_in_range", "minutes BETWEEN 0 AND 1440")
    acknowledged = check(
        "acknowledged_by_and_outcome", "kind <> 'acknowledged' OR (\"by\" IS NOT NULL AND outcome IS NOT NULL)"
    )
    of_a_patient(
        "contact", "date", day("date", needed=True), word("kind", CONTACT_KINDS, needed=True),
        word("modality", MODALITIES),
        flag("attended"), number("minutes", sa.Float), text("staff"), day("next_due"),
        points_to("contact", "staff", "staff.name"), *sane("date", "next_due"), minutes,
    )  # fmt: skip
    of_a_patient(
        "treatment", "date", day("date", needed=True), word("change", CHANGES, needed=True), text("treatment"),
        text("dose"), text("why"), *sane("date"),
    )  # fmt: skip
    of_a_patient(
        "review", "date", day("date", needed=True), text("consultant"), text("discussed"), text("recommendation"),
        text("category"), text("owner"), day("due"), points_to("review", "consultant", "staff.name"),
        points_to("review", "owner", "staff.name"), *sane("date", "due"),
    )  # fmt: skip
    of_a_patient(
        "safety", "date", day("date", needed=True), word("kind", SAFETY_KINDS, needed=True), text("level"), text("by"),
        text("outcome"), points_to("safety", "by", "staff.name"), *sane("date"), acknowledged,
    )  # fmt: skip
    of_a_patient(
        "plan", "date", day("date", needed=True), text("medications"), text("warning_signs"), text("what_helps"),
        text("contacts"), *sane("date"),
    )  # fmt: skip
    of_a_patient(
        "coverage", "from_on", word("payer", PAYERS, needed=True), day("from_on", needed=True), day("to_on"),
        *sane("from_on", "to_on"), check("ends_after", "to_on >= from_on"),
    )  # fmt: skip
    of_a_patient(
        "diagnosis", "onset", text("code", needed=True), day("onset", needed=True), day("end_on"),
        *sane("onset", "end_on"), check("ends_after", "end_on >= onset"),
    )  # fmt: skip


def practice():
    kept("setting", text("key", needed=True), text("value", needed=True))
    one_current("setting", "key")
    op.create_table(
        "audit",
        key(),
        moment("at"),
        *(text(name, needed=True) for name in ("by", "action", "what")),
        number("record_id"),
        text("details", needed=True),
        text("token"),
    )
    op.create_index("uq_audit_token", "audit", ["token"], unique=True)
    op.create_table(
        "data_version", key(), sa.Column("version", sa.BigInteger(), nullable=False), check("single", "id = 1")
    )
    op.execute("INSERT INTO data_version (id, version) VALUES (1, 0)")


def audit_only_grows():
    """Let the database itself refuse to change or delete an audit row."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{act.lower()} BEFORE {act} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'audit rows are only ever added'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit rows are only ever added' USING ERRCODE = 'BHI01'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()"
    )


def upgrade() -> None:
    """Make the tables."""
    ledger()
    people()
    episodes()
    scores()
    what_was_done()
    practice()
    audit_only_grows()


def downgrade() -> None:
    """Take the tables away, with all they hold."""
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_only_grows()")
