"""Count the changes of each zone, so that two who edit it see each other."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("zone", sa.Column("version", sa.Integer(), server_default="1", nullable=False), schema="geo")
