import assert from 'node:assert/strict';
import { connectionUrlProblem, describeUrl, splitPassword } from '../../client/src/connectionUrl.ts';

describe('connection URLs', () => {
  it('accepts what libpq accepts', () => {
    for (const url of [
      'postgresql://localhost/shop',
      'postgres://me@db.example.com:6432/shop?sslmode=require',
      'postgresql://me:p%40ss@[::1]:5432/shop',
      'postgresql:///shop?host=/var/run/postgresql',
    ])
      assert.equal(connectionUrlProblem(url), null, url);
  });

  it('says what is wrong and how to mend it', () => {
    assert.match(connectionUrlProblem('') ?? '', /Write a URL like/);
    assert.match(connectionUrlProblem('mysql://localhost/shop') ?? '', /must start with postgresql:/);
    assert.match(connectionUrlProblem('postgresql://me:a/b@host:x/shop') ?? '', /percent-encoded/);
    assert.match(connectionUrlProblem('postgresql:///shop') ?? '', /host is missing/);
    assert.match(connectionUrlProblem('postgresql://localhost') ?? '', /database is missing/);
  });

  it('takes the password out, wherever it stands, and decodes it', () => {
    assert.deepEqual(splitPassword('postgresql://me:p%40ss@host:5432/shop?sslmode=require'), {
      url: 'postgresql://me@host:5432/shop?sslmode=require',
      password: 'p@ss',
    });
    assert.deepEqual(splitPassword('postgresql://host/shop?user=me&password=secret'), {
      url: 'postgresql://host/shop?user=me',
      password: 'secret',
    });
    assert.equal(splitPassword('postgresql://me:100%@host/shop').password, '100%');
  });

  it('leaves a URL without a password, and what is no URL, as they are', () => {
    for (const text of ['postgresql://me@host/shop', 'host=localhost dbname=shop'])
      assert.deepEqual(splitPassword(text), { url: text, password: null });
  });

  it('never shows a user or password', () => {
    assert.equal(describeUrl('postgresql://me:secret@host:5432/shop'), 'host:5432/shop');
    assert.equal(describeUrl('postgresql:///shop?host=/tmp'), '/tmp/shop');
  });
});
