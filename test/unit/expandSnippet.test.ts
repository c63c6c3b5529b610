// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of snippets
import assert from 'node:assert/strict';
import { expandSnippet, SnippetError, snippetChoices } from '../postgres/harness/expandSnippet.ts';

describe('expandSnippet', () => {
  const cases: [title: string, body: string | string[], expected: string, values?: Record<number, string>][] = [
    ['plain text', 'SELECT 1;', 'SELECT 1;'],
    ['lines', ['a', 'b'], 'a\nb'],
    ['empty tab stops', 'a$1b${2}c$0', 'abc'],
    ['a placeholder', 'FROM ${1:orders}', 'FROM orders'],
    ['linked tab stops after their text', '${1:orders}, $1, ${1}', 'orders, orders, orders'],
    [
      'linked tab stops before their text',
      '$2_read ON ${1:public}.${2:documents}',
      'documents_read ON public.documents',
    ],
    ['two-digit numbers', '${10:ten} $10 $1', 'ten ten '],
    ['a nested placeholder', '${1:WHERE ${2:id} = 1} $2', 'WHERE id = 1 id'],
    ['a choice', "interval '${1|12 months,3 months|}'", "interval '12 months'"],
    ['escapes in a choice', '${1|a\\,b,c\\|d|} $1', 'a,b a,b'],
    ['a linked choice', '${1|bigint,uuid|} $1', 'bigint bigint'],
    ['escapes', 'AS \\$\\$ \\} \\\\ ${1:a\\}b} \\$1', 'AS $$ } \\ a}b $1'],
    ['other backslashes', "E'\\n' \\a", "E'\\n' \\a"],
    ['a brace outside of placeholders', "'{}'", "'{}'"],
    ['a dollar that begins nothing', "a$ $$ '$' ${", "a$ $$ '$' ${"],
    ['given values', '${1:public}.${2:t} $1', 'shop.t shop', { 1: 'shop' }],
    ['a given value instead of a nested one', '${1:a ${2:b}} $2', 'x b', { 1: 'x' }],
    ['a given value inside a nested one', '${1:a ${2:b}} $2', 'a y y', { 2: 'y' }],
    ['a given empty value', 'a${1:b}', 'a', { 1: '' }],
    ['a given value for a choice', '${1|a,b|}$1', 'bb', { 1: 'b' }],
  ];
  for (const [title, body, expected, values] of cases) {
    it(title, () => assert.equal(expandSnippet(body, values), expected));
  }

  const malformed: [title: string, body: string | string[], message: RegExp][] = [
    ['a placeholder that does not end', ['a', '${1:b'], /Line 2 .* placeholder without its }/],
    ['a choice that does not end', '${1|a,b}', /choice without its \|}/],
    ['a variable, such as an unescaped dollar quote', 'AS $body$', /Line 1 .* variable; write \\\$/],
    ['a variable in braces', '${TM_FILENAME}', /variable/],
    ['a transform', '${1/a/b/}', /transform/],
    ['two texts for a tab stop', '${1:a} ${1:b}', /Tab stop 1 has two texts/],
    ['a tab stop inside itself', '${1:a $1}', /Tab stop 1 contains itself/],
  ];
  for (const [title, body, message] of malformed) {
    it(`refuses ${title}`, () => {
      assert.throws(
        () => expandSnippet(body),
        (error: unknown) => error instanceof SnippetError && message.test(error.message),
      );
    });
  }

  it('refuses a value for a tab stop that is not there', () => {
    assert.throws(() => expandSnippet('$1', { 2: 'x' }), /no tab stop 2/);
  });

  it('lists choices', () => {
    assert.deepEqual(
      snippetChoices(['${1:${2|a,b|}} ${3|c|}']),
      new Map([
        [2, ['a', 'b']],
        [3, ['c']],
      ]),
    );
  });
});
