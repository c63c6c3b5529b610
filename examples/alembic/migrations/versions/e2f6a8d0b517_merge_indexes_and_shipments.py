"""merge indexes and shipments

Revision ID: e2f6a8d0b517
Revises: c5e8f1a3d962, d91b3c7e4a05
Create Date: 2025-07-03 09:01:10.336541
"""

revision = "e2f6a8d0b517"
down_revision = ("c5e8f1a3d962", "d91b3c7e4a05")
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
