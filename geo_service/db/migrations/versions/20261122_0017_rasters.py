"""Rasters: which file shows which day, and the figures of districts on it."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "raster_edition",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("layer", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("cell_m", sa.Float(), nullable=False),
        sa.Column("left_m", sa.Float(), nullable=False),
        sa.Column("top_m", sa.Float(), nullable=False),
        sa.Column("nodata", sa.Float(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("licence", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="raster_edition_pkey"),
        sa.UniqueConstraint("layer", "day", name="raster_edition_layer_day_key"),
        schema="geo",
    )
    op.create_table(
        "raster_figure",
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("piece_id", sa.Integer(), nullable=False),
        sa.Column("known_m2", sa.Float(), nullable=False),
        sa.Column("counted_m2", sa.Float(), nullable=False),
        sa.Column("mean", sa.Float(), nullable=True),
        sa.Column("lowest", sa.Float(), nullable=True),
        sa.Column("highest", sa.Float(), nullable=True),
        sa.Column("green_share", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["geo.raster_edition.id"], name="raster_figure_edition_id_fkey", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["piece_id"], ["geo.district_piece.id"], name="raster_figure_piece_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("edition_id", "piece_id", name="raster_figure_pkey"),
        schema="geo",
    )
