"""Find the courses of care of a care manager or consultant without reading everybody's (docs/PERFORMANCE.md).

Revision: 0004, after 0003.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index both."""
    for person in ("care_manager", "consultant"):
        op.create_index(f"ix_episode_{person}", "episode", [person, "patient_id"])


def downgrade() -> None:
    """Take the indexes away."""
    for person in ("care_manager", "consultant"):
        op.drop_index(f"ix_episode_{person}", "episode")
