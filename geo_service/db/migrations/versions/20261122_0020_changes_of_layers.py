"""What became of the published layers, for the feed of changes and the dates in metadata."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "layer_change",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("layer", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("change", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint("change in ('new', 'changed', 'removed')", name="layer_change_change_check"),
        sa.PrimaryKeyConstraint("id", name="layer_change_pkey"),
        schema="geo",
    )
    op.create_index("layer_change_layer_idx", "layer_change", ["layer", "id"], schema="geo")
