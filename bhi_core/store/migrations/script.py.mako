"""${message}

Revision: ${up_revision}, after ${down_revision | comma,n}; made ${create_date}.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import bhi_core.store.types
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    """Go to this version."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Go back to the version before."""
    ${downgrades if downgrades else "pass"}
