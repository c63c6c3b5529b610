"""Runs Alembic's own command line, several commands in one process.

Reads {"folder", "url", "commands": [[argument, ...], ...]} from standard input; the folder holds the revisions, its folder
"modules" what they import. Writes what each command wrote to standard output as a JSON list; a command that fails ends it all
with its error.
"""

import io
import json
import os
import sys
import tempfile

from alembic import command
from alembic.config import Config

ENVIRONMENT = """
from alembic import context
from sqlalchemy import create_engine, pool

config = context.config
url = config.get_main_option("sqlalchemy.url")
options = {"transaction_per_migration": config.get_main_option("per_migration") == "yes"}

if context.is_offline_mode():
    context.configure(dialect_name="postgresql", literal_binds=True, **options)
    with context.begin_transaction():
        context.run_migrations()
else:
    with create_engine(url, poolclass=pool.NullPool).connect() as connection:
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()
"""


def main():
    asked = json.load(sys.stdin)
    sys.path.insert(0, os.path.join(asked["folder"], "modules"))
    answer, sys.stdout = sys.stdout, sys.stderr
    written = []
    with tempfile.TemporaryDirectory() as home:
        with open(os.path.join(home, "env.py"), "w") as environment:
            environment.write(ENVIRONMENT)
        for name, *arguments in asked["commands"]:
            output = io.StringIO()
            config = Config(output_buffer=output, stdout=output)
            config.set_main_option("script_location", home)
            config.set_main_option("version_locations", asked["folder"])
            config.set_main_option("sqlalchemy.url", asked["url"])
            config.set_main_option("per_migration", "yes" if asked.get("perMigration") else "no")
            keywords = {}
            if "--sql" in arguments:
                arguments.remove("--sql")
                keywords["sql"] = True
            getattr(command, name)(config, *arguments, **keywords)
            written.append(output.getvalue())
    json.dump(written, answer)


main()
