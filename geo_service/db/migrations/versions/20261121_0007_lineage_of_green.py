"""What a refresh of the green did: old and new versions with the ground they share, and the adoptions on it."""

import geoalchemy2
import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KINDS = ("split", "merged", "redivided", "moved", "changed", "replaced", "vanished", "appeared")
MERCATOR_OF = "st_transform(st_setsrid(st_transform(geom, 4258), 4326), 3857)"


def shape(name: str, *more: sa.Computed, srid: int = 28992, nullable: bool = False) -> sa.Column:
    return sa.Column(name, geoalchemy2.Geometry("MULTIPOLYGON", srid, spatial_index=False), *more, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "lineage",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("before_id", sa.String(), nullable=True),
        sa.Column("before_version", sa.String(), nullable=True),
        sa.Column("after_id", sa.String(), nullable=True),
        sa.Column("after_version", sa.String(), nullable=True),
        sa.Column("before_m2", sa.Double(), nullable=True),
        sa.Column("after_m2", sa.Double(), nullable=True),
        sa.Column("shared_m2", sa.Double(), nullable=False),
        sa.Column("what", sa.ARRAY(sa.Text()), nullable=False),
        shape("before_geom", nullable=True),
        shape("after_geom", nullable=True),
        shape("geom"),
        sa.Column("area_m2", sa.Double(), sa.Computed("st_area(geom)", persisted=True), nullable=False),
        shape("geom_3857", sa.Computed(MERCATOR_OF, persisted=True), srid=3857, nullable=True),
        sa.CheckConstraint(f"kind in {KINDS}", name="lineage_kind_check"),
        sa.CheckConstraint("before_geom is not null or after_geom is not null", name="lineage_sides_check"),
        sa.ForeignKeyConstraint(["import_id"], ["geo.register_import.id"], name="lineage_import_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="lineage_pkey"),
        schema="geo",
    )
    op.create_index("lineage_import_id_idx", "lineage", ["import_id"], schema="geo")
    op.create_index("lineage_day_idx", "lineage", ["day"], schema="geo")
    for column in ("geom", "geom_3857"):
        op.create_index(f"lineage_{column}_idx", "lineage", [column], schema="geo", postgresql_using="gist")
    op.create_table(
        "lineage_adoption",
        sa.Column("lineage_id", sa.Integer(), nullable=False),
        sa.Column("adoption_id", sa.Uuid(), nullable=False),
        sa.Column("before_m2", sa.Double(), nullable=False),
        sa.Column("after_m2", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["lineage_id"], ["geo.lineage.id"], name="lineage_adoption_lineage_id_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["adoption_id"], ["geo.adoption.id"], name="lineage_adoption_adoption_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("lineage_id", "adoption_id", name="lineage_adoption_pkey"),
        schema="geo",
    )
    op.create_index("lineage_adoption_adoption_id_idx", "lineage_adoption", ["adoption_id"], schema="geo")
