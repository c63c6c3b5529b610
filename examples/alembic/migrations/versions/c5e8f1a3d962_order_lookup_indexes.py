"""indexes for looking up orders

Revision ID: c5e8f1a3d962
Revises: b72d0e9c1f44
Create Date: 2025-06-30 08:15:27.553020
"""

import sqlalchemy as sa
from alembic import op

revision = "c5e8f1a3d962"
down_revision = "b72d0e9c1f44"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_orders_customer_id"), "orders", ["customer_id", sa.text("placed_at DESC")])

    # Payments are written all day: this one must not stop them.
    with op.get_context().autocommit_block():
        op.create_index(
            op.f("ix_payments_order_id"),
            "payments",
            ["order_id"],
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    op.drop_index(op.f("ix_payments_order_id"), table_name="payments")
    op.drop_index(op.f("ix_orders_customer_id"), table_name="orders")
