"""parcels become shipments, and belong to an order

Revision ID: d91b3c7e4a05
Revises: b72d0e9c1f44
Create Date: 2025-07-02 14:38:59.071266
"""

import sqlalchemy as sa
from alembic import op

revision = "d91b3c7e4a05"
down_revision = "b72d0e9c1f44"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.rename_table("parcels", "shipments")
    op.alter_column("shipments", "carrier", existing_type=sa.String(length=50), type_=sa.Text(), existing_nullable=False)
    op.create_foreign_key(op.f("fk_shipments_order_id"), "shipments", "orders", ["order_id"], ["id"])
    op.create_unique_constraint(op.f("uq_products_sku"), "products", ["sku"])
    op.execute("ALTER TABLE reviews ADD CONSTRAINT ck_reviews_rating CHECK (rating BETWEEN 1 AND 5) NOT VALID")
    op.execute("ALTER TABLE reviews VALIDATE CONSTRAINT ck_reviews_rating")


def downgrade() -> None:
    op.execute("ALTER TABLE reviews DROP CONSTRAINT ck_reviews_rating")
    op.drop_constraint(op.f("uq_products_sku"), "products", type_="unique")
    op.drop_constraint(op.f("fk_shipments_order_id"), "shipments", type_="foreignkey")
    op.alter_column("shipments", "carrier", existing_type=sa.Text(), type_=sa.String(length=50), existing_nullable=False)
    op.rename_table("shipments", "parcels")
