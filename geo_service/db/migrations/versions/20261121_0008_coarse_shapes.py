"""Coarse shapes of green and ground, so that low zooms are drawn quickly and without holes. Filled when the SQL files run."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import INT4RANGE

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for subject in ("green_object", "ground"):
        table = f"{subject}_coarse"
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
            sa.Column("object_id", sa.Integer(), nullable=False),
            sa.Column("zooms", INT4RANGE(), nullable=False),
            sa.Column("geom_3857", Geometry("MULTIPOLYGON", 3857, spatial_index=False), nullable=False),
            sa.PrimaryKeyConstraint("id", name=f"{table}_pkey"),
            sa.ForeignKeyConstraint(["object_id"], [f"geo.{subject}.id"], name=f"{table}_object_id_fkey", ondelete="CASCADE"),
            schema="geo",
        )
        op.create_index(f"{table}_object_id_idx", table, ["object_id"], schema="geo")
        op.create_index(f"{table}_geom_3857_idx", table, ["geom_3857", "zooms"], schema="geo", postgresql_using="gist")
