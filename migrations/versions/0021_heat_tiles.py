"""Tiles of heat."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change nothing: the program makes the function of the tiles anew at each start."""


def downgrade() -> None:
    """Take the function away that older programs do not know."""
    op.execute("DROP FUNCTION IF EXISTS gis_grid_tile_cells")
