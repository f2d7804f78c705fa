"""Sums per district, so that coverage reads some thousands of rows instead of every piece. Filled when pieces are made anew."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "green_sum",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=True),
        sa.Column("green_type", sa.String(), nullable=False),
        sa.Column("managed", sa.Boolean(), nullable=False),
        sa.Column("applies_from", sa.Date(), nullable=False),
        sa.Column("applies_to", sa.Date(), nullable=False),
        sa.Column("known_from", sa.Date(), nullable=False),
        sa.Column("area_m2", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="green_sum_pkey"),
        schema="geo",
    )
    op.create_index("green_sum_district_id_idx", "green_sum", ["district_id"], schema="geo")
    op.execute("delete from geo.adoption_district")
    op.add_column("adoption_district", sa.Column("adopted_m2", sa.Double(), nullable=False), schema="geo")
