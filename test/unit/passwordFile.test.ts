import assert from 'node:assert/strict';
import { passwordIn } from '../../server/src/database/server/passwordFile.ts';

const address = { host: 'db.example', port: 5432, database: 'shop', user: 'app' };

describe('A file of passwords', () => {
  it('gives that of the first line that fits', () => {
    const text = `# db.example:5432:shop:app:comment
other:5432:shop:app:1
db.example:5433:shop:app:2
db.example:5432:x:app:3
db.example:5432:shop:root:4
db.example:*:shop:app:right
*:*:*:*:last`;
    assert.equal(passwordIn(text, address), 'right');
    assert.equal(passwordIn(text, { ...address, user: 'nobody' }), 'last');
    assert.equal(passwordIn('other:*:*:*:x', address), undefined);
    assert.equal(passwordIn('', address), undefined);
    assert.equal(passwordIn('db.example:5432:shop', address), undefined);
  });

  it('takes a backslash before a colon or another one, and colons in the password', () => {
    assert.equal(passwordIn(`${String.raw`db.example:5432:sh\op:app:a\:b:c\\d`}\r\n`, address), 'a:b:c\\d');
    assert.equal(passwordIn(String.raw`\:\:1:*:*:*:six`, { ...address, host: '::1' }), 'six');
  });

  it('knows a socket by localhost', () => {
    assert.equal(passwordIn('localhost:*:*:*:x', { ...address, host: '/var/run/postgresql' }), 'x');
    assert.equal(passwordIn('localhost:*:*:*:x', { ...address, host: '/srv/sockets' }), undefined);
    assert.equal(passwordIn('/srv/sockets:*:*:*:x', { ...address, host: '/srv/sockets' }), 'x');
  });
});
