"""Rasters of classes: how many m² of each class a piece of ground holds."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "raster_class",
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("piece_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("area_m2", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id", "piece_id"],
            ["geo.raster_figure.edition_id", "geo.raster_figure.piece_id"],
            name="raster_class_edition_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("edition_id", "piece_id", "value", name="raster_class_pkey"),
        schema="geo",
    )
