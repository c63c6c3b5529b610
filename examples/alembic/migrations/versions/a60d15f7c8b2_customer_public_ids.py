"""public ids for customers

Revision ID: a60d15f7c8b2
Revises: f4a9c2e7d683
Create Date: 2026-01-27 10:40:18.215973
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "a60d15f7c8b2"
down_revision = "f4a9c2e7d683"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET lock_timeout = '3s'")
    op.add_column(
        "customers",
        sa.Column("public_id", postgresql.UUID(), server_default=sa.text("gen_random_uuid()"), nullable=False),
    )
    op.add_column(
        "customers",
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )

    # pgreview-ignore rename-column: nothing that is released reads it yet
    op.alter_column("orders", "note", new_column_name="customer_note")
    op.alter_column("customers", "phone", new_column_name="phone_number")

    connection = op.get_bind()
    connection.execute(
        sa.text("UPDATE customers SET phone_number = NULL WHERE phone_number = :unknown"),
        {"unknown": "n/a"},
    )


def downgrade() -> None:
    op.alter_column("customers", "phone_number", new_column_name="phone")
    op.alter_column("orders", "customer_note", new_column_name="note")
    op.drop_column("customers", "updated_at")
    op.drop_column("customers", "public_id")
