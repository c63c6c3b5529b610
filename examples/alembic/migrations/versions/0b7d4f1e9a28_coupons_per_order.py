"""one coupon per order

Revision ID: 0b7d4f1e9a28
Revises: a60d15f7c8b2
Create Date: 2026-09-09 13:55:41.787604
"""

import sqlalchemy as sa
from alembic import op

revision = "0b7d4f1e9a28"
down_revision = "a60d15f7c8b2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not deployed yet: waits for the new checkout.
    op.add_column("orders", sa.Column("coupon_code", sa.Text(), nullable=False))
    op.create_foreign_key(
        op.f("fk_orders_coupon_code"), "orders", "coupons", ["coupon_code"], ["code"], postgresql_not_valid=True
    )
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT fk_orders_coupon_code")
    op.execute("CREATE INDEX CONCURRENTLY ix_orders_coupon_code ON orders (coupon_code)")
    op.alter_column("addresses", "postal_code", existing_type=sa.String(length=12), nullable=False)
    op.drop_column("customers", "phone_number")
    op.drop_table("carts")


def downgrade() -> None:
    op.execute(
        """
        CREATE TABLE carts (
            id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
            customer_id  integer REFERENCES customers (id),
            updated_at   timestamptz NOT NULL DEFAULT now()
        )
        """
    )
    op.add_column("customers", sa.Column("phone_number", sa.String(length=50), nullable=True))
    op.alter_column("addresses", "postal_code", existing_type=sa.String(length=12), nullable=True)
    op.drop_index("ix_orders_coupon_code", table_name="orders")
    op.drop_column("orders", "coupon_code")
