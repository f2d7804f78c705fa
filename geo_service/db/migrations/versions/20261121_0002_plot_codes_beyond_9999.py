"""Plot codes beyond 9999: lpad cut the number off."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table geo.plot alter column code set default 'PL-' || to_char(nextval('geo.plot_number'), 'FM999999990000')")
