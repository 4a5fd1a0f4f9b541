"""The first schema: dimensions, indicator values, snapshots, ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "dim_authority",
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("name_he", sa.String(), nullable=False),
        sa.Column("name_ar", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("district_code", sa.String(), nullable=False),
        sa.Column("district_he", sa.String(), nullable=False),
        sa.Column("district_en", sa.String(), nullable=False),
        sa.Column("ses_cluster", sa.Integer(), nullable=True),
        sa.Column("periphery_cluster", sa.Integer(), nullable=True),
        sa.Column("haredi_share", sa.Float(), nullable=True),
        sa.Column("arab_share", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("authority"),
    )
    op.create_table(
        "dim_event",
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("event", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "event"),
    )
    op.create_table(
        "dim_indicator",
        sa.Column("indicator", sa.String(60), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("outcome", sa.Integer(), nullable=False),
        sa.Column("aspect", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("better", sa.String(), nullable=False),
        sa.Column("title_he", sa.String(), nullable=False),
        sa.Column("title_ar", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("question_he", sa.String(), nullable=False),
        sa.Column("question_ar", sa.String(), nullable=False),
        sa.Column("question_en", sa.String(), nullable=False),
        sa.Column("advice_he", sa.String(), nullable=False),
        sa.Column("advice_ar", sa.String(), nullable=False),
        sa.Column("advice_en", sa.String(), nullable=False),
        sa.Column("minimum_effect", sa.Float(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("since", sa.String(), nullable=False),
        sa.Column("definition_version", sa.String(), nullable=False),
        sa.Column("sort_order", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("indicator"),
    )
    op.create_table(
        "dim_part",
        sa.Column("indicator", sa.String(60), nullable=False),
        sa.Column("part", sa.String(60), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("title_he", sa.String(), nullable=False),
        sa.Column("title_ar", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("indicator", "part"),
    )
    op.create_table(
        "dim_population",
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("population_group", sa.String(40), nullable=False),
        sa.Column("residents", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "year", "population_group"),
    )
    op.create_table(
        "dim_space",
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("space", sa.String(60), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("asset", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("operated_by", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("society", sa.String(), nullable=False),
        sa.Column("neighbourhood", sa.String(), nullable=True),
        sa.Column("relevant_population", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("authority", "space"),
    )
    op.create_table(
        "indicator_input",
        sa.Column("indicator", sa.String(60), nullable=False),
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("partition", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("indicator", "authority", "month", "partition"),
    )
    op.create_table(
        "indicator_value",
        sa.Column("indicator", sa.String(60), nullable=False),
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("cut", sa.String(60), nullable=False),
        sa.Column("space", sa.String(60), nullable=False),
        sa.Column("part", sa.String(60), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("numerator", sa.Float(), nullable=True),
        sa.Column("denominator", sa.Float(), nullable=True),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.Column("lo", sa.Float(), nullable=True),
        sa.Column("hi", sa.Float(), nullable=True),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("quality", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("verdict_reason", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("definition_version", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("indicator", "authority", "month", "cut", "space", "part"),
    )
    op.create_table(
        "ledger_computed",
        sa.Column("indicator", sa.String(60), nullable=False),
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("indicator", "authority", "month"),
    )
    op.create_table(
        "ledger_file",
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("run", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("authority", "fingerprint"),
    )
    op.create_table(
        "ledger_partition",
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("fact", sa.String(40), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "fact", "month", "source"),
    )
    op.create_table(
        "ledger_push",
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(60), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(80), nullable=False),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("authority", "month", "revision", "target"),
    )
    op.create_table(
        "ledger_quarantine",
        sa.Column("item", sa.String(40), nullable=False),
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("message_en", sa.String(), nullable=False),
        sa.Column("message_he", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_path", sa.String(), nullable=False),
        sa.Column("run", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("item"),
    )
    op.create_index(op.f("ix_ledger_quarantine_authority"), "ledger_quarantine", ["authority"], unique=False)
    op.create_table(
        "ledger_run",
        sa.Column("run", sa.String(40), nullable=False),
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("loaded", sa.Integer(), nullable=False),
        sa.Column("duplicate", sa.Integer(), nullable=False),
        sa.Column("quarantined", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint("received = loaded + duplicate + quarantined", name="books_balance"),
        sa.PrimaryKeyConstraint("run"),
    )
    op.create_table(
        "ledger_segment",
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("stream", sa.String(60), nullable=False),
        sa.Column("landed_order", sa.Integer(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("run", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("path"),
        sa.UniqueConstraint("authority", "stream", "landed_order"),
    )
    op.create_index(op.f("ix_ledger_segment_authority"), "ledger_segment", ["authority"], unique=False)
    op.create_table(
        "ledger_staged",
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("authority", "source"),
    )
    op.create_table(
        "ledger_watermark",
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("stream", sa.String(60), nullable=False),
        sa.Column("account", sa.String(60), nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("authority", "stream", "account"),
    )
    op.create_table(
        "month_state",
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "month"),
    )
    op.create_table(
        "restatement",
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("snapshot_revision", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(60), nullable=False),
        sa.Column("cut", sa.String(60), nullable=False),
        sa.Column("space", sa.String(60), nullable=False),
        sa.Column("part", sa.String(60), nullable=False),
        sa.Column("cell_revision", sa.Integer(), nullable=False),
        sa.Column("old_value", sa.Float(), nullable=True),
        sa.Column("new_value", sa.Float(), nullable=True),
        sa.Column("old_status", sa.String(), nullable=False),
        sa.Column("new_status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint(
            "authority", "month", "snapshot_revision", "indicator", "cut", "space", "part", "cell_revision"
        ),
    )
    op.create_table(
        "snapshot",
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("manifest_sha256", sa.String(64), nullable=False),
        sa.Column("folder", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "month", "revision"),
    )
    op.create_table(
        "snapshot_value",
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("snapshot_revision", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(60), nullable=False),
        sa.Column("cut", sa.String(60), nullable=False),
        sa.Column("space", sa.String(60), nullable=False),
        sa.Column("part", sa.String(60), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("quality", sa.String(), nullable=False),
        sa.Column("definition_version", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "month", "snapshot_revision", "indicator", "cut", "space", "part"),
    )
