"""The SQL that Alembic itself makes of revisions on PostgreSQL, in offline mode.

Reads a JSON object from standard input: {"files": [paths], "root": a folder that modules of the application are imported
from, or null, "convention": a naming convention as SQLAlchemy's MetaData takes it, or null; tokens that a function makes
are its text, a lambda}. Writes a JSON list of
{"file", "function": "upgrade" | "downgrade", "statements": [...] | null, "error": null | "..."}.
Modules that are not installed are stubbed: their attributes are mocks that are false. Where the application's own modules
cannot be imported, these are stubbed as well.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import inspect
import io
import json
import os
import signal
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
# what Alembic says of transactions is no statement of the revision; its own COMMIT is
DefaultImpl.emit_begin = DefaultImpl.emit_commit = lambda self: None


class Stub(MagicMock):
    def __bool__(self):
        return False


real_enum = sa.Enum.__init__


def enum_of_known_values(self, *values, **keywords):
    if any(isinstance(value, Stub) for value in values):
        raise ValueError("a stub of the application stands for an enum")
    real_enum(self, *values, **keywords)


sa.Enum.__init__ = enum_of_known_values


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


def call(path, function, op, tables):
    """Whether the revision has that function."""
    spec = importlib.util.spec_from_file_location("revision", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    fn = getattr(module, function, None)
    if fn is None:
        return False
    wanted = list(inspect.signature(fn).parameters)
    given = {"op": op, "tables": tables}
    fn(*[given.get(name, Stub(name=name)) for name in wanted])
    return True


class TooLong(BaseException):
    """No revision catches it."""


def too_long(signal, frame):
    raise TooLong("it does not end offline")


signal.signal(signal.SIGALRM, too_long)

# seconds for a function; a loop that waits for an answer of the database never ends
LIMIT = 20


def with_functions(convention):
    return {key: eval(text) if text.startswith("lambda") else text for key, text in convention.items()}


def run(path, function, convention):
    written = []
    DefaultImpl.static_output = lambda self, text: written.append(text.strip())
    options = {"as_sql": True, "literal_binds": True, "output_buffer": io.StringIO()}
    if convention:
        options["target_metadata"] = sa.MetaData(naming_convention=with_functions(convention))
    context = MigrationContext.configure(
        dialect_name="postgresql",
        dialect_opts={"paramstyle": "named"},
        opts=options,
    )
    # as a server with standard_conforming_strings has it
    context.dialect._backslash_escapes = False
    with Operations.context(context) as op:
        if not call(path, function, op, Tables()):
            return None
    statements = [s for s in written if s != ""]
    if any("Stub name=" in s for s in statements):
        raise ValueError("a stub of the application stands in the SQL")
    return statements


def forget(root):
    """Modules of the application and stubs."""
    for name, module in list(sys.modules.items()):
        # a package without an __init__.py has folders and no file
        folders = getattr(getattr(module, "__path__", None), "_path", [])
        places = [getattr(module, "__file__", None) or "", *folders]
        if isinstance(module, StubModule) or any(place.startswith(root) for place in places):
            del sys.modules[name]


def with_modules(root, run):
    if root is None:
        return run()
    sys.path.insert(0, root)
    try:
        return run()
    except BaseException:
        sys.path.remove(root)
        forget(root)
        return run()
    finally:
        if root in sys.path:
            sys.path.remove(root)
        forget(root)


def main():
    # what revisions print is no answer; one that hangs up its own event loop has closed standard output
    answer, sys.stdout = os.fdopen(os.dup(1), "w"), sys.stderr
    sys.meta_path.append(Finder())
    wanted = json.load(sys.stdin)
    root = os.path.abspath(wanted["root"]) + "/" if wanted.get("root") else None
    # neither the script's folder nor the one that it is started in
    sys.path[:] = [p for p in sys.path if p not in ("", os.getcwd(), os.path.dirname(os.path.abspath(__file__)))]
    results = []
    for path in wanted["files"]:
        for function in ("upgrade", "downgrade"):
            entry = {"file": path, "function": function, "statements": None, "error": None}
            signal.alarm(LIMIT)
            try:
                entry["statements"] = with_modules(root, lambda: run(path, function, wanted.get("convention")))
            except BaseException as error:
                entry["error"] = "%s: %s" % (type(error).__name__, error)
            signal.alarm(0)
            results.append(entry)
    json.dump(results, answer)


if __name__ == "__main__":
    main()
