"""Runs the functions of revisions on a PostgreSQL server, as Alembic does.

Reads JSON objects from standard input, one a line: {"url", "file", "function": "upgrade" | "downgrade", "root", "convention"},
the last two as for offline.py. Answers each with a line: {"error": null | "..."}. Each function runs in a transaction, which
is rolled back where it fails.
"""

import json
import sys

import offline
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations


class Tables:
    """The tables of an application's metadata, as the database has them."""

    def __init__(self, connection):
        self._connection = connection

    def __getattr__(self, name):
        table = sa.Table(name, sa.MetaData(), autoload_with=self._connection)
        setattr(self, name, table)
        return table


def run(url, path, function, convention):
    options = {"target_metadata": sa.MetaData(naming_convention=convention)} if convention else {}
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        with Operations.context(context) as op, context.begin_transaction():
            offline.call(path, function, op, Tables(connection))


def main():
    # what revisions print is no answer
    answer, sys.stdout = sys.stdout, sys.stderr
    sys.meta_path.append(offline.Finder())
    sys.path[:] = sys.path[1:]
    for line in sys.stdin:
        wanted = json.loads(line)
        root = wanted.get("root")
        error = None
        try:
            offline.with_modules(
                root and root.rstrip("/") + "/",
                lambda: run(wanted["url"], wanted["file"], wanted["function"], wanted.get("convention")),
            )
        except BaseException as failure:
            error = "%s: %s" % (type(failure).__name__, failure)
        answer.write(json.dumps({"error": error}) + "\n")
        answer.flush()


main()
