"""Looking up doors: whether an organisation lets addresses be told to a geocoder, and what came of each question."""

import sqlalchemy as sa
from alembic import op

from field_visits.evidence import guards

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Nobody has said so yet: the default of those that exist.
    op.add_column(
        "organisations", sa.Column("may_geocode", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "place_searches",
        sa.Column("address_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("asked_about", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("lat", sa.Float(53), nullable=True),
        sa.Column("lon", sa.Float(53), nullable=True),
        sa.Column("crs", sa.Text(), nullable=True),
        sa.Column("confidence_percent", sa.BigInteger(), nullable=True),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("address_id", name=op.f("pk_place_searches")),
    )
    op.create_index(op.f("ix_place_searches_org_id_stage"), "place_searches", ["org_id", "stage"], unique=False)
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON public.place_searches TO doorstep_app")
    op.execute(guards.isolate("place_searches"))
