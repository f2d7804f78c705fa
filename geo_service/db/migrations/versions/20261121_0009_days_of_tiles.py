"""Find green on a map tile and on a day by one index: the days alone match every object, and were read for every tile."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("green_object_geom_3857_idx", "green_object", schema="geo")
    op.create_index("green_object_geom_3857_idx", "green_object", ["geom_3857", "applies"], schema="geo", postgresql_using="gist")
