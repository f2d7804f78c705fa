"""Pieces tell their days, contested ground and what lies outside. All of it is derived: it is emptied here and made anew after the upgrade."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("drop function if exists geo.coverage(text, date), geo.coverage_by_type(text, date), geo.managed_parts(int[]) cascade")
    for table in ("adoption_piece", "adoption_district", "green_piece", "district_ancestor", "district_piece"):
        op.execute(f"delete from geo.{table}")
    op.drop_constraint("district_piece_pkey", "district_piece", schema="geo")
    op.add_column("district_piece", sa.Column("id", sa.Integer(), sa.Identity(), primary_key=True), schema="geo")
    op.create_primary_key("district_piece_pkey", "district_piece", ["id"], schema="geo")
    op.alter_column("district_piece", "district_id", nullable=True, schema="geo")
    op.create_unique_constraint("district_piece_district_id_key", "district_piece", ["district_id"], schema="geo")
    op.add_column("green_piece", sa.Column("contested", sa.Boolean(), nullable=False), schema="geo")
    op.create_index("green_piece_contested_idx", "green_piece", ["green_object_id"], schema="geo", postgresql_where=sa.text("contested"))
    op.add_column("adoption_piece", sa.Column("district_id", sa.Integer()), schema="geo")
    op.add_column("adoption_piece", sa.Column("green_type", sa.String(), nullable=False), schema="geo")
    for table in ("adoption_piece", "adoption_district"):
        op.add_column(table, sa.Column("applies_from", sa.Date(), nullable=False), schema="geo")
        op.add_column(table, sa.Column("applies_to", sa.Date(), nullable=False), schema="geo")
    op.add_column("adoption_district", sa.Column("outside_m2", sa.Double(), nullable=False), schema="geo")
