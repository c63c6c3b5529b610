import assert from 'node:assert/strict';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { excerptOf } from '../../server/src/report/excerpt.ts';
import { githubReport } from '../../server/src/report/github.ts';
import { gitlabReport } from '../../server/src/report/gitlab.ts';
import { junitReport } from '../../server/src/report/junit.ts';
import { prettyReport } from '../../server/src/report/pretty.ts';
import type { CheckedFile, CheckResult, ReportOptions } from '../../server/src/report/report.ts';
import { sarifReport } from '../../server/src/report/sarif.ts';
import type { Severity } from '../../server/src/rules/rule.ts';

const text = 'SELECT 1;\nDROP TABLE "a<b,c:d%",\n  old;\n';

type Found = readonly [words: string, severity: Severity, rule: string, message: string];

function fileWith(path: string, found: readonly Found[], refused: string | null = null): CheckedFile {
  const document = TextDocument.create(`file:///repo/db/${path}`, '', 1, text);
  const findings = found.map(([words, severity, rule, message]) => {
    const start = text.indexOf(words);
    const range = { start, end: start + words.length };
    return { severity, range, related: [], finding: { rule, message, help: 'Keep it.', fixes: [], severity } };
  });
  return { path, document, statements: 2, refused, place: null, findings } as unknown as CheckedFile;
}

const options: ReportOptions = { color: false, version: '1.2.3', inRepository: ({ path }) => `db/${path}` };

const result: CheckResult = {
  fixed: 0,
  created: [],
  files: [
    fileWith('fine.sql', []),
    fileWith('a b,c.sql', [
      ['DROP TABLE', 'warning', 'drop-table', '100% of "a<b" & more\nis gone.'],
      ['"a<b,c:d%",\n  old', 'error', 'unknown-table', 'No table.'],
      ['old', 'hint', 'unknown-table', 'No table.'],
    ]),
    fileWith('blob.sql', [], 'This file is not text.'),
  ],
};

describe('Reports', () => {
  it('github: commands of one line, nothing in them that ends them early', () => {
    assert.deepEqual(githubReport(result, options).split('\n'), [
      '::warning file=db/a b%2Cc.sql,line=2,col=1,endColumn=10,title=pgreview%3A drop-table::100%25 of "a<b" & more%0Ais gone.%0AKeep it.',
      '::error file=db/a b%2Cc.sql,line=2,endLine=3,title=pgreview%3A unknown-table::No table.%0AKeep it.',
      '::notice file=db/a b%2Cc.sql,line=3,col=3,endColumn=5,title=pgreview%3A unknown-table::No table.%0AKeep it.',
      '::notice file=db/blob.sql::This file is not text.',
      '1 error, 1 warning, 1 hint in 3 files, 6 statements; 1 file was not reviewed',
      '',
    ]);
  });

  it('gitlab: a fingerprint for each finding, which stays when lines move', () => {
    const issues = JSON.parse(gitlabReport(result, options));
    assert.deepEqual(
      issues.map((i: { severity: string; location: object }) => [i.severity, i.location]),
      [
        ['major', { path: 'db/a b,c.sql', lines: { begin: 2, end: 2 } }],
        ['critical', { path: 'db/a b,c.sql', lines: { begin: 2, end: 3 } }],
        ['info', { path: 'db/a b,c.sql', lines: { begin: 3, end: 3 } }],
      ],
    );
    const fingerprints = (of: CheckResult): string[] =>
      JSON.parse(gitlabReport(of, options)).map((i: { fingerprint: string }) => i.fingerprint);
    assert.equal(new Set(fingerprints(result)).size, 3);
    assert.ok(fingerprints(result).every((f) => /^[0-9a-f]{16}$/.test(f)));
    const moved: CheckResult = {
      ...result,
      files: [fileWith('a b,c.sql', [['SELECT', 'warning', 'drop-table', '100% of "a<b" & more\nis gone.']])],
    };
    assert.deepEqual(fingerprints(moved), fingerprints(result).slice(0, 1));
  });

  it('sarif: places as it counts them, paths as URIs', () => {
    const [run] = JSON.parse(sarifReport(result, options)).runs;
    assert.deepEqual(
      run.tool.driver.rules.map((r: { id: string }) => r.id),
      ['drop-table', 'unknown-table'],
    );
    const [first, second, third] = run.results;
    assert.deepEqual([first.level, second.level, third.level], ['warning', 'error', 'note']);
    assert.deepEqual([first.ruleIndex, second.ruleIndex], [0, 1]);
    assert.deepEqual(second.locations, [
      {
        physicalLocation: {
          artifactLocation: { uri: 'db/a%20b%2Cc.sql' },
          region: { startLine: 2, startColumn: 12, endLine: 3, endColumn: 6 },
        },
      },
    ]);
    assert.equal(run.invocations[0].toolExecutionNotifications[0].message.text, 'This file is not text.');
  });

  it('junit: a case for each finding, and for each file without one', () => {
    const xml = junitReport(result, options);
    assert.match(xml, /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="pgreview" tests="5" failures="3"/);
    assert.match(xml, /message="100% of &quot;a&lt;b&quot; &amp; more&#10;is gone\."/);
    assert.match(xml, /<testcase name="review" classname="db\/fine\.sql"\/>/);
    assert.match(xml, /skipped="1">\n.*<skipped message="This file is not text\."\/>/);
    assert.equal(xml.match(/<testcase /g)?.length, 5);
  });

  it('pretty: says what was not reviewed', () => {
    assert.match(prettyReport(result, options), /in 3 files, 6 statements; 1 file was not reviewed\n$/);
  });
});

describe('Excerpt of a line', () => {
  const shown = (line: string, words: string): string[] => {
    const start = line.indexOf(words);
    const { line: text, lead, marks } = excerptOf(line, start, start + words.length);
    return [text, lead + marks];
  };

  it('marks words where they stand on a terminal', () => {
    assert.deepEqual(shown('SELECT a;', 'a'), ['SELECT a;', '       ^']);
    assert.deepEqual(shown('\tSELECT\ta;', 'a'), ['\tSELECT\ta;', '\t      \t^']);
    assert.deepEqual(shown('"表" 👍 é x', 'x')[1], '          ^');
    assert.deepEqual(shown('x 表表 y', '表表')[1], '  ^^^^');
    assert.deepEqual(shown('cafe\u0301 x', 'x')[1], '     ^');
  });

  it('shows of a long line what is around the words', () => {
    const [text = '', marks = ''] = shown(`${'a'.repeat(5000)} wrong ${'b'.repeat(5000)}`, 'wrong');
    assert.ok(text.length <= 162 && text.startsWith('…a') && text.endsWith('b…'));
    assert.equal(text.slice(marks.indexOf('^'), marks.length), 'wrong');
    const [long = '', under = ''] = shown(`x ${'c'.repeat(5000)}`, 'c'.repeat(5000));
    assert.ok(long.length <= 161 && long.endsWith('c…') && under.length <= 160);
  });

  it('lets no control character through', () => {
    assert.equal(shown('a \u001b[31m b', 'b')[0], 'a \ufffd[31m b');
  });
});
