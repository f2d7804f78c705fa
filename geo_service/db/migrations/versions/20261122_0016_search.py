"""Find streets and postcodes by their beginning."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ROADS = "family = 'road' and name is not null"


def upgrade() -> None:
    op.execute("create index address_street_idx on geo.address (lower(street) text_pattern_ops)")
    op.execute("create index address_postcode_idx on geo.address (replace(upper(postcode), ' ', '') text_pattern_ops)")
    op.execute(f"create index ground_street_idx on geo.ground (lower(name) text_pattern_ops) where {ROADS}")
