"""The SQL that Alembic itself makes of revisions on PostgreSQL, in offline mode.

Reads a JSON list of paths from standard input; writes a JSON list of
{"file", "function": "upgrade" | "downgrade", "statements": [...] | null, "error": null | "..."}.
Modules of an application that are not installed are stubbed: their attributes are mocks that are false.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import inspect
import io
import json
import sys
import types
import warnings
from unittest.mock import MagicMock

import sqlalchemy as sa
from alembic.config import Config
from alembic.ddl.impl import DefaultImpl
from alembic.migration import MigrationContext
from alembic.operations import Operations

from sqlalchemy.engine.mock import MockConnection

warnings.simplefilter("ignore")
MigrationContext.config = Config()
MockConnection.close = lambda self: None


class Stub(MagicMock):
    def __bool__(self):
        return False


class StubModule(types.ModuleType):
    __path__ = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Stub(name=name)


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return StubModule(spec.name)

    def exec_module(self, module):
        pass


class Tables:
    """The tables of an application's metadata, as far as a revision names them."""

    def __getattr__(self, name):
        table = sa.table(name, sa.column("id", sa.Integer), sa.column("name", sa.String))
        setattr(self, name, table)
        return table


def run(path, function):
    written = []
    DefaultImpl.static_output = lambda self, text: written.append(text.strip())
    context = MigrationContext.configure(
        dialect_name="postgresql",
        dialect_opts={"paramstyle": "named"},
        opts={"as_sql": True, "literal_binds": True, "output_buffer": io.StringIO()},
    )
    # as a server with standard_conforming_strings has it
    context.dialect._backslash_escapes = False
    with Operations.context(context) as op:
        spec = importlib.util.spec_from_file_location("revision", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        fn = getattr(module, function, None)
        if fn is None:
            return None
        wanted = list(inspect.signature(fn).parameters)
        given = {"op": op, "tables": Tables()}
        fn(*[given.get(name, Stub(name=name)) for name in wanted])
    return [s for s in written if s not in ("BEGIN;", "COMMIT;", "")]


def main():
    # what revisions print is no answer
    answer, sys.stdout = sys.stdout, sys.stderr
    sys.meta_path.append(Finder())
    results = []
    for path in json.load(sys.stdin):
        for function in ("upgrade", "downgrade"):
            entry = {"file": path, "function": function, "statements": None, "error": None}
            try:
                entry["statements"] = run(path, function)
            except BaseException as error:
                entry["error"] = "%s: %s" % (type(error).__name__, error)
            results.append(entry)
    json.dump(results, answer)


main()
