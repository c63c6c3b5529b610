"""order totals: bigint, and kept by a trigger

Revision ID: f4a9c2e7d683
Revises: e2f6a8d0b517
Create Date: 2025-09-18 17:22:36.640187
"""

import sqlalchemy as sa
from alembic import op

revision = "f4a9c2e7d683"
down_revision = "e2f6a8d0b517"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET lock_timeout = '5s'")
    op.alter_column("orders", "total_cents", existing_type=sa.Integer(), type_=sa.BigInteger(), existing_nullable=False)
    op.add_column("orders", sa.Column("note", sa.Text(), nullable=True))

    op.execute(
        """
        CREATE FUNCTION refresh_order_total() RETURNS trigger AS $$
        BEGIN
            UPDATE orders
               SET total_cents = (SELECT coalesce(sum(quantity * unit_price_cents), 0)
                                    FROM order_items WHERE order_id = NEW.order_id)
             WHERE id = NEW.order_id;
            RETURN NEW;
        END;
        $$ LANGUAGE plpgsql
        """
    )
    op.execute(
        """
        CREATE TRIGGER order_items_refresh_total
            AFTER INSERT OR UPDATE ON order_items
            FOR EACH ROW EXECUTE FUNCTION refresh_order_total()
        """
    )

    # Totals were computed by the application so far, and not always right.
    op.execute(
        """
        UPDATE orders o
           SET total_cents = (SELECT coalesce(sum(i.quantity * i.unit_price_cents), 0)
                                FROM order_items i
                               WHERE i.order_id = o.id)
        """
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER order_items_refresh_total ON order_items")
    op.execute("DROP FUNCTION refresh_order_total()")
    op.drop_column("orders", "note")
    op.alter_column("orders", "total_cents", existing_type=sa.BigInteger(), type_=sa.Integer(), existing_nullable=False)
