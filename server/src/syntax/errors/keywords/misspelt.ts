/** `SELCT`, `FORM t`, `GROPU BY`: a word close to a keyword with which the statement reads on. */
import { replace } from '../edits.ts';
import type { Mend, Recogniser } from '../mistake.ts';
import { distance } from './distance.ts';

/** Keywords that statements are made of; the grammar decides which of them is possible where the word stands. */
const keywords =
  'ACTION|ADD|AFTER|ALL|ALTER|ALWAYS|ANALYZE|AND|ARRAY|ASC|BEFORE|BEGIN|BETWEEN|BY|CASCADE|CASE|CAST|CHECK|COLLATE|COLUMN|COMMENT|COMMIT|CONCURRENTLY|CONFLICT|CONSTRAINT|CREATE|CROSS|CURRENT_DATE|CURRENT_TIMESTAMP|DATABASE|DEFAULT|DEFERRABLE|DELETE|DESC|DISTINCT|DROP|EACH|ELSE|END|ENUM|EXCEPT|EXECUTE|EXISTS|EXPLAIN|EXTENSION|FALSE|FILTER|FIRST|FOREIGN KEY|FOREIGN|FROM|FULL|FUNCTION|GENERATED|GRANT|GROUP BY|GROUP|HAVING|IDENTITY|ILIKE|INDEX|INNER|INSERT|INTERSECT|INTO|JOIN|KEY|LANGUAGE|LATERAL|LEFT|LIKE|LIMIT|MATERIALIZED|NATURAL|NOTHING|NOT|NULLS|NULL|OFFSET|ORDER BY|ORDER|OUTER|OVER|PARTITION|POLICY|PRIMARY KEY|PRIMARY|PROCEDURE|RECURSIVE|REFERENCES|RENAME|REPLACE|RESTRICT|RETURNING|RETURNS|REVOKE|RIGHT|ROLLBACK|SCHEMA|SELECT|SEQUENCE|SET|TABLE|TEMPORARY|THEN|TRIGGER|TRUNCATE|TYPE|UNION|UNIQUE|UPDATE|USING|VACUUM|VALIDATE|VALUES|VARCHAR|VIEW|WHEN|WHERE|WINDOW|WITHOUT|WITH'.split(
    '|',
  );
const isKeyword = new Set(keywords.map((k) => k.toLowerCase()));

export const misspelt: Recogniser = (broken) => {
  const { tokens, at } = broken;
  // a misspelt keyword reads as a name or an alias: the error often shows one or two words later
  for (const place of [at, at - 1, at - 2]) {
    const token = tokens.all[place];
    const word = tokens.word(place);
    if (token?.kind !== 'word' || word.length < 3 || isKeyword.has(word)) continue;
    // a name that is qualified, called or listed is no keyword
    if (tokens.word(place - 1) === '.' || tokens.word(place + 1) === '.') continue;
    const fixes: Mend[] = [];
    for (const candidate of close(word)) {
      const written = tokens.written(place);
      const newText = written === word ? candidate.toLowerCase() : candidate;
      const edits = [replace(token, newText)];
      if (!broken.proves(edits, place === at ? 1 : 2)) continue;
      fixes.push({ title: `Change to ${newText}`, edits, safe: false });
      if (fixes.length === 2) break;
    }
    const first = fixes[0]?.edits[0]?.newText;
    if (!first) continue;
    return {
      span: token,
      message: `Unexpected ${tokens.written(place)}: did you mean ${first}?`,
      help: '',
      fixes,
    };
  }
  return null;
};

/** `INSERT INTO t VAL`, with the cursor behind it: a keyword is being typed. */
export const unfinishedWord: Recogniser = (broken) => {
  const { tokens, terminated } = broken;
  const last = tokens.length - 1;
  const word = tokens.word(last);
  if (terminated || tokens.all[last]?.kind !== 'word' || word.length < 2 || isKeyword.has(word) || broken.at !== last)
    return null;
  const written = tokens.written(last);
  const span = tokens.span(last);
  const keyword = keywords.find((k) => k.startsWith(word.toUpperCase()) && broken.takes(span.start, k));
  if (!keyword) return null;
  const newText = written === word ? keyword.toLowerCase() : keyword;
  return {
    span,
    message: `The statement is not complete: ${written} may become ${newText}.`,
    help: '',
    fixes: [{ title: `Complete to ${newText}`, edits: [replace(span, newText)], safe: false }],
  };
};

/** Keywords within reach of a slip of the finger, the closest first. */
function close(word: string): string[] {
  const found: { keyword: string; far: number }[] = [];
  for (const keyword of keywords) {
    const far = distance(word.toUpperCase(), keyword);
    const reach = keyword.includes(' ') || keyword.length <= 3 ? 1 : word.length <= 5 ? 1 : 2;
    // of two letters or less in common with a short word, nothing follows
    if (far > 0 && far <= reach && far < word.length - 1) found.push({ keyword, far });
  }
  return found
    .sort((a, b) => a.far - b.far)
    .slice(0, 5)
    .map((f) => f.keyword);
}
