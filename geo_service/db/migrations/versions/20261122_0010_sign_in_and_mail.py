"""Residents sign in by a mailed link, mail leaves through an outbox, and procrastinate (3.10.0) keeps the work at set times."""

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("language", sa.String(), server_default=sa.text("'nl'"), nullable=False), schema="geo")
    op.add_column("person", sa.Column("confirmed_at", sa.DateTime(timezone=True)), schema="geo")
    op.add_column("person", sa.Column("oidc_subject", sa.String()), schema="geo")
    op.add_column("person", sa.Column("forgotten_at", sa.DateTime(timezone=True)), schema="geo")
    op.create_unique_constraint("person_oidc_subject_key", "person", ["oidc_subject"], schema="geo")
    op.create_table(
        "browser_session",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="browser_session_pkey"),
        sa.ForeignKeyConstraint(["person_id"], ["geo.person.id"], name="browser_session_person_id_fkey", ondelete="CASCADE"),
        schema="geo",
    )
    op.create_index("browser_session_person_id_idx", "browser_session", ["person_id"], schema="geo")
    op.create_table(
        "mailed_link",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("digest", name="mailed_link_pkey"),
        schema="geo",
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("to_email", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("plain", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("state", sa.String(), server_default=sa.text("'waiting'"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("fault", sa.String()),
        sa.PrimaryKeyConstraint("id", name="message_pkey"),
        sa.CheckConstraint("state in ('waiting', 'sent', 'failed')", name="message_state_check"),
        schema="geo",
    )
    op.create_index("message_waiting_idx", "message", ["not_before"], schema="geo", postgresql_where=sa.text("state = 'waiting'"))
    # its tables and functions land in the schema that is first in the path (another schema than ours: its own upgrades are its own)
    jobs = SchemaManager.get_schema().replace("%", "%%")
    op.get_bind().exec_driver_sql(f"set local search_path = jobs, public; {jobs}; set local search_path = public")
