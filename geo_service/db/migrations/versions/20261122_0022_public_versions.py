"""Layers are published again, so that the version of a public one counts only what the public may see."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("update geo.published_layer set fingerprint = ''")
