// One file, one URI: as editors write them, and as the server does.
import assert from 'node:assert/strict';
import { posix, win32 } from 'node:path';
import { ClientUris, fileUri, onePath, uriOf } from '../../server/src/main/clientUris.ts';
import { pathWithin } from '../../server/src/main/workspaceConfiguration.ts';

describe('URIs of files', () => {
  const same: [what: string, platform: NodeJS.Platform, ways: string[]][] = [
    ['plain', 'linux', ['file:///db/1.sql']],
    ['a plus', 'linux', ['file:///c%2B%2B/1.sql', 'file:///c++/1.sql', 'file:///c%2b%2b/1.sql']],
    ['brackets', 'linux', ['file:///%28app%29/1.sql', 'file:///(app)/1.sql', 'file://localhost/(app)/1.sql']],
    ['not ASCII', 'linux', ['file:///%C3%A4/1.sql', 'file:///ä/1.sql', 'file:///%c3%a4/1.sql']],
    ['what URIs divide by', 'linux', ['file:///a%23b%3Fc%25/1.sql']],
    ['a line in a name', 'linux', ['file:///a%0Ab/1.sql']],
    [
      'a drive',
      'win32',
      ['file:///c%3A/db/1.sql', 'file:///C:/db/1.sql', 'file:///c:/db/1.sql', 'file:///C%3A/db/1.sql'],
    ],
    ['a share', 'win32', ['file://server/share/a%2Bb.sql', 'file://server/share/a+b.sql']],
    ['composed', 'darwin', ['file:///%C3%A4.sql', 'file:///a%CC%88.sql']],
  ];
  for (const [what, platform, [first = '', ...others]] of same)
    it(`are one: ${what}`, () => {
      const own = fileUri(first, platform);
      for (const other of [own, ...others]) assert.equal(fileUri(other, platform), own, other);
    });

  it('are two where the files are', () => {
    assert.notEqual(fileUri('file:///%C3%A4.sql', 'linux'), fileUri('file:///a%CC%88.sql', 'linux'));
    assert.notEqual(fileUri('file:///A.sql', 'linux'), fileUri('file:///a.sql', 'linux'));
    assert.notEqual(fileUri('file:///a%20b.sql', 'linux'), fileUri('file:///a%2520b.sql', 'linux'));
  });

  it('stay as they are where they are no paths here', () => {
    for (const uri of [
      'untitled:Untitled-1',
      'vscode-vfs://github/a/b.sql',
      'file:///a%FFb.sql',
      'file:///a%2Fb.sql',
      '',
    ])
      assert.equal(fileUri(uri, 'linux'), uri);
    assert.equal(fileUri('file://server/share/x.sql', 'linux'), 'file://server/share/x.sql');
    assert.equal(fileUri('file:///no/drive.sql', 'win32'), 'file:///no/drive.sql');
  });

  it('are what paths give', () => {
    assert.equal(uriOf('C:\\db\\a+b (1).sql', 'win32'), fileUri('file:///c%3A/db/a%2Bb%20%281%29.sql', 'win32'));
    assert.equal(uriOf('\\\\server\\share\\a.sql', 'win32'), fileUri('file://server/share/a.sql', 'win32'));
    assert.equal(uriOf('/a\u0308.sql', 'darwin'), fileUri('file:///%C3%A4.sql', 'darwin'));
    assert.equal(uriOf('/a b.sql', 'linux'), 'file:///a%20b.sql');
  });

  it('name a drive in one way', () => {
    assert.equal(onePath('C:\\db\\Users.sql', 'win32'), 'c:\\db\\Users.sql');
    assert.equal(onePath('\\\\server\\Share', 'win32'), '\\\\server\\Share');
    assert.equal(onePath('/C:/x', 'linux'), '/C:/x');
  });
});

describe('Paths that globs are matched against', () => {
  const cases: [folder: string, path: string, within: string | null][] = [
    ['c:\\x', 'C:\\X\\db\\1.sql', 'db/1.sql'],
    ['c:\\x', 'd:\\x\\1.sql', null],
    ['c:\\x', 'c:\\y\\1.sql', null],
    ['c:\\x', 'c:\\x\\..old\\1.sql', '..old/1.sql'],
    ['\\\\server\\share', '\\\\server\\share\\db\\1.sql', 'db/1.sql'],
    ['/x', '/x/db/1.sql', 'db/1.sql'],
    ['/x', '/xy/1.sql', null],
    ['/x', '/x/..old/a\\b.sql', '..old/a\\b.sql'],
  ];
  for (const [folder, path, within] of cases)
    it(`${path} in ${folder}`, () => {
      assert.equal(pathWithin(folder, path, folder.startsWith('/') ? posix : win32), within);
    });
});

describe('URIs in messages', () => {
  const given = 'file:///c%3A/db/%28a%29.sql';
  const own = 'file:///c:/db/(a).sql';

  it('come in as the server writes them, wherever they stand', () => {
    const uris = new ClientUris('win32');
    const edit = { range: { start: { line: 0, character: 0 } }, text: given };
    const message = {
      params: {
        rootUri: given,
        workspaceFolders: [{ uri: given, name: given }],
        textDocument: { uri: given, text: given },
        contentChanges: [edit],
        changes: [{ uri: given, type: 1 }],
        arguments: [given, { uri: given, value: given }, 1],
        uris: [given, 'untitled:a'],
        parameters: { name: given },
      },
    };
    assert.deepEqual(uris.incoming(message), {
      params: {
        rootUri: own,
        workspaceFolders: [{ uri: own, name: given }],
        textDocument: { uri: own, text: given },
        contentChanges: [edit],
        changes: [{ uri: own, type: 1 }],
        arguments: [own, { uri: own, value: given }, 1],
        uris: [own, 'untitled:a'],
        parameters: { name: given },
      },
    });
    assert.equal(message.params.rootUri, given);
  });

  it('go out as the editor wrote them', () => {
    const uris = new ClientUris('win32');
    uris.incoming({ params: { textDocument: { uri: given } } });
    const unknown = 'file:///c:/db/(b).sql';
    const edits = [{ newText: own }];
    assert.deepEqual(
      uris.outgoing({
        result: {
          changes: { [own]: edits, [unknown]: edits },
          documentChanges: [{ textDocument: { uri: own }, edits }],
          locations: [{ uri: own }, { targetUri: unknown }],
          command: { arguments: [own] },
          message: own,
        },
      }),
      {
        result: {
          changes: { [given]: edits, [unknown]: edits },
          documentChanges: [{ textDocument: { uri: given }, edits }],
          locations: [{ uri: given }, { targetUri: unknown }],
          command: { arguments: [given] },
          message: own,
        },
      },
    );
  });

  it('cost nothing where both write them alike', () => {
    const uris = new ClientUris('linux');
    const message = { params: { textDocument: { uri: 'file:///db/a.sql' }, contentChanges: [{ text: 'a' }] } };
    assert.equal(uris.incoming(message), message);
    assert.equal(uris.outgoing(message), message);
  });
});
