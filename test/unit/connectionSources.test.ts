import assert from 'node:assert/strict';
import { urlsInAlembicIni } from '../../client/src/connectionSources/alembicIni.ts';
import { urlsInDotEnv } from '../../client/src/connectionSources/dotEnv.ts';
import { urlsInServiceFile } from '../../client/src/connectionSources/serviceFile.ts';

describe('Databases that files name', () => {
  it('in .env: quoted or not, with other variables in it, of Prisma and of SQLAlchemy', () => {
    const text = `# DATABASE_URL=postgresql://no@h/x
PORT=3000
USER_NAME=app
DATABASE_URL="postgresql://app:s%40cret@db:5433/shop?schema=public&sslmode=require" # the shop
export DIRECT_URL='postgres://\${USER_NAME}@localhost/shop'
SQLALCHEMY=postgresql+psycopg2://app@localhost/shop
MYSQL_URL=mysql://app@localhost/shop
UNKNOWN=postgresql://\${NOWHERE}@localhost/shop
REDIS_URL=redis://localhost`;
    assert.deepEqual(urlsInDotEnv(text), [
      { key: 'DATABASE_URL', url: 'postgresql://app:s%40cret@db:5433/shop?sslmode=require' },
      { key: 'DIRECT_URL', url: 'postgresql://app@localhost/shop' },
      { key: 'SQLALCHEMY', url: 'postgresql://app@localhost/shop' },
    ]);
    assert.deepEqual(urlsInDotEnv(''), []);
    assert.deepEqual(urlsInDotEnv('DATABASE_URL=\r\nX=postgresql://\r\n'), []);
  });

  it('in alembic.ini: of each section, and not what is filled in elsewhere', () => {
    const text = `[alembic]
script_location = alembic
sqlalchemy.url = postgresql+psycopg://app:p%%40ss@localhost/shop

[reports]
sqlalchemy.url = postgresql://reports@localhost/reports
[filled]
sqlalchemy.url = postgresql://%(USER)s@localhost/x
[placeholder]
sqlalchemy.url = driver://user:pass@localhost/dbname`;
    assert.deepEqual(urlsInAlembicIni(text), [
      { key: 'sqlalchemy.url', url: 'postgresql://app:p%40ss@localhost/shop' },
      { key: 'reports', url: 'postgresql://reports@localhost/reports' },
    ]);
  });

  it('in pg_service.conf: services with a host', () => {
    const text = `# comment
[staging]
host=db.example
port=6432
user=app
dbname=shop & co
sslmode=require
[local]
dbname=shop
[socket]
host=/run/postgresql
dbname=shop`;
    assert.deepEqual(urlsInServiceFile(text), [
      { key: 'staging', url: 'postgresql://app@db.example:6432/shop%20%26%20co?sslmode=require' },
    ]);
  });
});
