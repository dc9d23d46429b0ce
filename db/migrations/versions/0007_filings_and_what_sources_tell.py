"""What editors file articles under, its source's categories of each version, and how sources fare.

Locks on PostgreSQL: `versions` and `sources` for a moment; then `versions` is written, a row for each article that a
category of its source had told a topic of. What told nothing is not known any more.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


WHY = sa.text("SELECT article_id, why FROM article_topics WHERE rank >= 0 AND CAST(why AS text) LIKE '%\"category\"%'")
ARTICLES = sa.table("articles", sa.column("id"), sa.column("version"))
VERSIONS = sa.table("versions", sa.column("article_id"), sa.column("version"), sa.column("categories", sa.JSON))


def upgrade() -> None:
    """Go to this schema."""
    op.create_table(
        "filings",
        sa.Column(
            "article_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("under", sa.JSON(), nullable=False),
        sa.Column("out", sa.JSON(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_filings_article_id")),
        sa.PrimaryKeyConstraint("article_id", "version", name=op.f("pk_filings")),
    )

    op.add_column("sources", sa.Column("since", sa.Text(), nullable=True))
    op.add_column("sources", sa.Column("ailing_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("versions", sa.Column("categories", sa.JSON(), nullable=True))
    connection = op.get_bind()
    for article_id, categories in read_categories(connection).items():
        newest = sa.select(ARTICLES.c.version).where(ARTICLES.c.id == article_id).scalar_subquery()
        this = (VERSIONS.c.article_id == article_id) & (VERSIONS.c.version == newest)
        connection.execute(sa.update(VERSIONS).where(this).values(categories=categories))


def read_categories(connection: sa.Connection) -> dict[int, list[str]]:
    """Answer what is known of categories so far: those that spoke for a topic, by article."""
    found: dict[int, set[str]] = {}
    for article_id, why in connection.execute(WHY):
        for word, zone, _weight in json.loads(why) if isinstance(why, str) else why:
            if zone == "category":
                found.setdefault(article_id, set()).add(word)
    return {article_id: sorted(words) for article_id, words in found.items()}


def downgrade() -> None:
    """Go back to the one before: articles keep the topics that they have until they are told anew."""
    op.drop_column("versions", "categories")
    op.drop_column("sources", "ailing_since")
    op.drop_column("sources", "since")
    op.drop_table("filings")
