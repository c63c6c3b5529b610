import assert from 'node:assert/strict';
import { urlsInAlembicIni } from '../../client/src/connectionSources/alembicIni.ts';
import { urlsInDotEnv } from '../../client/src/connectionSources/dotEnv.ts';
import { urlsInPrismaConfig, urlsInPrismaSchema } from '../../client/src/connectionSources/prisma.ts';
import { serviceFilePath, urlsInServiceFile } from '../../client/src/connectionSources/serviceFile.ts';

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

  it('looks for services where libpq does on each system', () => {
    assert.equal(serviceFilePath({}, '/home/ada', 'linux'), '/home/ada/.pg_service.conf');
    assert.equal(serviceFilePath({ PGSERVICEFILE: '/etc/services' }, '/home/ada', 'darwin'), '/etc/services');
    const APPDATA = 'C:\\Users\\Ada L\\AppData\\Roaming';
    assert.equal(serviceFilePath({ APPDATA }, 'C:\\Users\\Ada L', 'win32'), `${APPDATA}\\postgresql\\.pg_service.conf`);
    assert.equal(serviceFilePath({}, 'C:\\Users\\Ada L', 'win32'), null);
  });

  const variables: Record<string, string> = {
    DATABASE_URL: 'postgresql://app:x@db:6432/shop?pgbouncer=true&schema=shop',
    DIRECT_URL: 'postgres://app:x@db:5432/shop',
    OTHER: 'mysql://app@db/shop',
  };
  const environment = (name: string): string | undefined => variables[name];

  it('in a schema of Prisma’s: a URL, or a variable that has one', () => {
    const text = `// datasource db { url = "postgresql://no@h/x" }
generator client {
  provider = "prisma-client-js"
  url      = "postgresql://generator@h/x"
}

datasource db {
  provider          = "postgresql"
  url               = env("DATABASE_URL") // "postgresql://comment@h/x"
  directUrl         = env( "DIRECT_URL" )
  shadowDatabaseUrl = env("DIRECT_URL")
}
`;
    assert.deepEqual(urlsInPrismaSchema(text, environment), [
      { key: 'DATABASE_URL', url: 'postgresql://app:x@db:6432/shop' },
      { key: 'DIRECT_URL', url: 'postgresql://app:x@db:5432/shop' },
    ]);
    const literal =
      'datasource db {\n  provider = "postgresql"\n  url = "postgresql://app@localhost/shop?schema=public"\n}\n';
    assert.deepEqual(urlsInPrismaSchema(literal, environment), [
      { key: 'datasource url', url: 'postgresql://app@localhost/shop' },
    ]);
    for (const url of ['env("OTHER")', 'env("NOWHERE")', '"file:./dev.db"', 'env("DATABASE_URL"'])
      assert.deepEqual(urlsInPrismaSchema(`datasource db {\n  url = ${url}\n}\n`, environment), []);
    assert.deepEqual(urlsInPrismaSchema('model A {\n  id Int @id\n}\n', environment), []);
  });

  it('in a prisma.config.ts: a literal or a variable, and nothing that is worked out', () => {
    const shop = { key: 'DATABASE_URL', url: 'postgresql://app:x@db:6432/shop' };
    const config = (datasource: string) =>
      `import { defineConfig, env } from 'prisma/config';\nexport default defineConfig({\n  schema: 'prisma',\n  // datasource: { url: env('OTHER') },\n  datasource: {${datasource}},\n});\n`;
    for (const url of [
      " url: env('DATABASE_URL') ",
      '\n    url: env<Env>("DATABASE_URL"), // the shop\n',
      ' url: process.env.DATABASE_URL! ',
      " 'url': process.env['DATABASE_URL'] ",
    ])
      assert.deepEqual(urlsInPrismaConfig(config(url), environment), [shop], url);
    assert.deepEqual(
      urlsInPrismaConfig(config(" directUrl: env('DIRECT_URL'), url: 'postgres://app@h/x', "), environment),
      [
        { key: 'datasource url', url: 'postgresql://app@h/x' },
        { key: 'DIRECT_URL', url: 'postgresql://app:x@db:5432/shop' },
      ],
    );
    for (const url of [' url: urlOf(stage) ', " shadowDatabaseUrl: env('DATABASE_URL') ", " url: env('NOWHERE') ", ''])
      assert.deepEqual(urlsInPrismaConfig(config(url), environment), [], url);
  });
});
