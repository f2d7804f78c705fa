"""Agreements between residents and the municipality."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agreement",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("adoption_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("track", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("objection_until", sa.Date()),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name="agreement_pkey"),
        sa.UniqueConstraint("adoption_id", "number", name="agreement_adoption_id_number_key"),
        sa.ForeignKeyConstraint(["adoption_id"], ["geo.adoption.id"], name="agreement_adoption_id_fkey"),
        sa.ForeignKeyConstraint(["made_by"], ["geo.person.id"], name="agreement_made_by_fkey"),
        sa.CheckConstraint("track in ('standard', 'light')", name="agreement_track_check"),
        sa.CheckConstraint("(track = 'light') = (objection_until is not null)", name="agreement_objection_check"),
        schema="geo",
    )
    op.create_table(
        "agreement_signature",
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("agreement_id", "side", name="agreement_signature_pkey"),
        sa.ForeignKeyConstraint(["agreement_id"], ["geo.agreement.id"], name="agreement_signature_agreement_id_fkey"),
        sa.ForeignKeyConstraint(["person_id"], ["geo.person.id"], name="agreement_signature_person_id_fkey"),
        sa.CheckConstraint("side in ('residents', 'municipality')", name="agreement_signature_side_check"),
        sa.CheckConstraint("person_id is not null or side = 'municipality'", name="agreement_signature_person_check"),
        schema="geo",
    )
    op.create_table(
        "agreement_paper",
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("agreement_id", name="agreement_paper_pkey"),
        sa.ForeignKeyConstraint(["agreement_id"], ["geo.agreement.id"], name="agreement_paper_agreement_id_fkey"),
        schema="geo",
    )
