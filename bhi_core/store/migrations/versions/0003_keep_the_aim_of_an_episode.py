"""Keep what patient and team aim for in a course of care, in their words; the rules do not read it.

Revision: 0003, after 0002.
"""

from alembic import op

from bhi_core.store.migrations.parts import text

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give the courses of care a column for it, empty."""
    op.add_column("episode", text("target"))


def downgrade() -> None:
    """Take the column away, with what stands in it."""
    op.drop_column("episode", "target")
