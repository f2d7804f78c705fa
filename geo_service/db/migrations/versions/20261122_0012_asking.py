"""Requests of residents: what they filled in and agreed to, and whether they confirmed it."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "request_form",
        sa.Column("adoption_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("form_key", sa.Uuid(), nullable=False),
        sa.Column("browser", sa.LargeBinary()),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("conditions", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("mails", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True)),
        sa.Column("reminded_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("adoption_id", name="request_form_pkey"),
        sa.ForeignKeyConstraint(["adoption_id"], ["geo.adoption.id"], name="request_form_adoption_id_fkey"),
        sa.ForeignKeyConstraint(["person_id"], ["geo.person.id"], name="request_form_person_id_fkey"),
        sa.UniqueConstraint("form_key", name="request_form_form_key_key"),
        schema="geo",
    )
    op.create_index("request_form_person_id_idx", "request_form", ["person_id"], schema="geo")
