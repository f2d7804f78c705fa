"""An index of public zones alone: what is published reads these and never comes near the others."""

from alembic import op
from sqlalchemy import text

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "zone_public_geom_idx", "zone", ["geom"], schema="geo", postgresql_using="gist", postgresql_where=text("disclosure = 'public'")
    )
