"""The life of a plot that residents keep: tasks, work, and what residents tell the municipality."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

NEW_ID = sa.text("gen_random_uuid()")
NOW = sa.text("now()")


def upgrade() -> None:
    _tasks()
    _work()
    _incidents()


def _moment(name: str, **more: Any) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), **more)


def _born(name: str = "created_at") -> sa.Column:
    return _moment(name, server_default=NOW, nullable=False)


def _refers(table: str, column: str, to: str, **more: Any) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"geo.{to}.id"], name=f"{table}_{column}_fkey", **more)


def _tasks() -> None:
    op.create_table(
        "task",
        sa.Column("id", sa.Uuid(), server_default=NEW_ID, nullable=False),
        sa.Column("adoption_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("note", sa.String()),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts", sa.Time()),
        sa.Column("ends", sa.Time()),
        sa.Column("every_weeks", sa.Integer()),
        sa.Column("yearly", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("state", sa.String(), server_default=sa.text("'open'"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("made_by", sa.Uuid()),
        sa.Column("done_by", sa.Uuid()),
        _moment("done_at"),
        _born(),
        _born("changed_at"),
        sa.PrimaryKeyConstraint("id", name="task_pkey"),
        _refers("task", "adoption_id", "adoption"),
        _refers("task", "made_by", "person"),
        _refers("task", "done_by", "person"),
        sa.CheckConstraint("state in ('open', 'done', 'dropped')", name="task_state_check"),
        sa.CheckConstraint("ends > starts", name="task_window_check"),
        sa.CheckConstraint("every_weeks between 1 and 26 and not yearly", name="task_repeat_check"),
        schema="geo",
    )
    op.create_index("task_adoption_id_idx", "task", ["adoption_id"], schema="geo")


def _work() -> None:
    op.create_table(
        "work",
        sa.Column("id", sa.Uuid(), server_default=NEW_ID, nullable=False),
        sa.Column("adoption_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("measures", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("half_hours", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("note", sa.String()),
        sa.Column("photo_id", sa.Uuid()),
        _born(),
        sa.PrimaryKeyConstraint("id", name="work_pkey"),
        _refers("work", "adoption_id", "adoption"),
        _refers("work", "person_id", "person"),
        _refers("work", "photo_id", "photo", ondelete="SET NULL"),
        sa.CheckConstraint("half_hours > 0 and people > 0", name="work_amount_check"),
        schema="geo",
    )
    op.create_index("work_adoption_id_idx", "work", ["adoption_id"], schema="geo")


def _incidents() -> None:
    op.create_table(
        "incident",
        sa.Column("id", sa.Uuid(), server_default=NEW_ID, nullable=False),
        sa.Column("adoption_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), server_default=sa.text("'open'"), nullable=False),
        sa.Column("words", sa.String()),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("geom", Geometry("MULTIPOLYGON", 28992, spatial_index=False)),
        sa.Column("task_id", sa.Uuid()),
        sa.Column("pause_id", sa.Uuid()),
        sa.Column("photo_id", sa.Uuid()),
        sa.Column("answer", sa.String()),
        sa.Column("answered_by", sa.Uuid()),
        _moment("answered_at"),
        _moment("solved_at"),
        _born(),
        sa.PrimaryKeyConstraint("id", name="incident_pkey"),
        _refers("incident", "adoption_id", "adoption"),
        _refers("incident", "person_id", "person"),
        _refers("incident", "task_id", "task"),
        _refers("incident", "pause_id", "pause", ondelete="SET NULL"),
        _refers("incident", "photo_id", "photo", ondelete="SET NULL"),
        _refers("incident", "answered_by", "person"),
        sa.CheckConstraint("kind in ('help', 'take_over', 'hand_back', 'mown', 'question')", name="incident_kind_check"),
        sa.CheckConstraint("state in ('open', 'answered', 'solved')", name="incident_state_check"),
        schema="geo",
    )
    op.create_index("incident_adoption_id_idx", "incident", ["adoption_id"], schema="geo")
    op.create_index("incident_open_idx", "incident", ["answer_by"], schema="geo", postgresql_where=sa.text("state <> 'solved'"))
