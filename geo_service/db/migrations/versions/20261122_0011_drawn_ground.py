"""Ground that somebody drew is kept while they ask for it."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sketch",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("green_object_ids", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("geom", Geometry("MULTIPOLYGON", 28992, spatial_index=False)),
        sa.PrimaryKeyConstraint("id", name="sketch_pkey"),
        sa.CheckConstraint("(geom is null) = (green_object_ids <> '{}')", name="sketch_drawn_or_objects_check"),
        schema="geo",
    )
    op.create_index("sketch_created_at_idx", "sketch", ["created_at"], schema="geo")
