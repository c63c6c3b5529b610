/** Modules that are none of the project's. */
import type { Value } from './values.ts';

const libraries = new Set(
  (
    'alembic sqlalchemy sqlmodel alembic_utils alembic_postgresql_enum pgvector geoalchemy2 sqlalchemy_utils citext psycopg ' +
    'psycopg2 asyncpg flask flask_sqlalchemy flask_migrate __future__ abc argparse ast asyncio base64 binascii builtins ' +
    'calendar collections configparser contextlib copy csv dataclasses datetime decimal enum fractions functools getpass glob ' +
    'hashlib heapq hmac importlib inspect io ipaddress itertools json keyword locale logging math mimetypes numbers operator ' +
    'os pathlib pickle platform pprint queue random re secrets shutil signal socket sqlite3 ssl statistics string struct ' +
    'subprocess sys tempfile textwrap threading time timeit traceback types typing unicodedata unittest urllib uuid warnings ' +
    'weakref xml zipfile zlib zoneinfo'
  ).split(' '),
);

/** Whether an absolute import is of Python's own library, or of one that revisions are written with. */
export const isLibrary = (path: string): boolean => libraries.has(path.split('.', 1)[0] as string);

const ofTypes = /^(?:sqlalchemy|sqlmodel|pgvector)(?:\.|$)/;

/** Whether a name, or what was called, belongs to a library whose types are known. */
export const isOfLibrary = (value: Value): value is Extract<Value, { kind: 'name' | 'construct' }> =>
  (value.kind === 'name' || value.kind === 'construct') && ofTypes.test(value.path);
