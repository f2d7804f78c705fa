"""Layers know which tables they read, and low zooms find large objects quickly."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("published_layer", sa.Column("tables", sa.ARRAY(sa.Text()), server_default="{}", nullable=False), schema="geo")
    op.create_index("green_object_area_m2_idx", "green_object", ["area_m2"], schema="geo")
    op.create_index("ground_area_m2_idx", "ground", ["area_m2"], schema="geo")
