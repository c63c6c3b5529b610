/** What the embedded Postgres may hold otherwise than a server does that ran the same files. */
import type { Node } from '@pgsql/types';
import { embeddedStatements } from '../syntax/bodies/embedded.ts';
import type { Statement } from '../syntax/statement.ts';
import { walk } from '../syntax/walk.ts';
import { callsForEffect } from './attempt.ts';
import { definedBy, mentionsOf, wordsIn } from './names.ts';

export class Doubts {
  readonly #names: Set<string>;
  /** Names of Postgres's own functions and types: a text that has such a word in it does not define them. */
  readonly #ownNames: ReadonlySet<string>;
  /** An extension that the embedded Postgres lacks: its functions, operators and casts are not known. */
  unknownExtension = false;

  constructor(ownNames: ReadonlySet<string>, names: ReadonlySet<string> = new Set()) {
    this.#ownNames = ownNames;
    this.#names = new Set(names);
  }

  copy(): Doubts {
    const copy = new Doubts(this.#ownNames, this.#names);
    copy.unknownExtension = this.unknownExtension;
    return copy;
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** Whether the statement speaks of anything doubtful. */
  concern(statement: Statement): boolean {
    if (this.#names.size === 0) return false;
    const { things, callables } = mentionsOf(statement);
    for (const name of things) if (this.#names.has(name)) return true;
    for (const name of callables) if (this.#names.has(name) && !this.#ownNames.has(name)) return true;
    return false;
  }

  /** It could not be run here, or not to its end: what it defines may be otherwise on a server. */
  failed(statement: Statement): void {
    const { parsed } = statement;
    if (parsed.kind !== 'tree') {
      this.#addWords(namesBehindKeywords(statement.body));
      return;
    }
    const { node } = parsed;
    if ('CreateExtensionStmt' in node) this.unknownExtension = true;
    const opaque = 'DoStmt' in node || callsForEffect(node);

    this.#addWords((opaque ? null : definedBy(node)) ?? wordsIn(statement.body));
  }

  /** It ran; what it did may depend on more than the files. */
  ran(statement: Statement): void {
    const { parsed } = statement;
    if (parsed.kind !== 'tree') return;
    const { node } = parsed;
    if (callsForEffect(node) || ('DoStmt' in node && dependsOnMore(statement))) this.#addWords(wordsIn(statement.body));
    // a view of something doubtful is as doubtful itself; the bodies of a whole history's functions are not worth reading
    else if (
      'CreateFunctionStmt' in node
        ? this.#names.size > 0 &&
          wordsIn(statement.body).some((word) => this.#names.has(word) && !this.#ownNames.has(word))
        : takesShapeFromOthers(node) && this.concern(statement)
    )
      this.#addWords(definedBy(node) ?? []);
  }

  /** Nothing is known of what became of this statement. */
  unknown(statement: Statement): void {
    this.#addWords(wordsIn(statement.body));
  }

  #addWords(words: Iterable<string>): void {
    for (const word of words) this.#names.add(word);
  }
}

const takesShapeFromOthers = (node: Node): boolean =>
  'ViewStmt' in node ||
  'CreateTableAsStmt' in node ||
  'SelectStmt' in node ||
  ('CreateStmt' in node &&
    (Boolean(node.CreateStmt.inhRelations?.length) ||
      Boolean(node.CreateStmt.ofTypename) ||
      Boolean(node.CreateStmt.tableElts?.some((element) => 'TableLikeClause' in element))));

/** The names that a statement which does not parse seems to define. */
function namesBehindKeywords(body: string): string[] {
  const pattern =
    /\b(?:table|view|type|domain|function|procedure|index|sequence|schema|on|exists|into|only|extension)\s+((?:"[^"]+"|[\w$.])+)/gi;
  return [...body.matchAll(pattern)].flatMap(([, name = '']) => wordsIn(name));
}

/** Catalogs that tell of nothing but what the files have made. */
const ofTheFiles =
  /^(pg_(type|enum|class|constraint|namespace|index|indexes|tables|views|matviews|attribute|attrdef|policy|policies|proc|trigger|sequence|sequences|inherits|depend|description|rewrite|rules|partitioned_table)|columns|tables|views|table_constraints|key_column_usage|constraint_column_usage|referential_constraints|check_constraints|routines|triggers|schemata|sequences|column_privileges)$/;

/** Whether what a DO block does depends on data, roles, settings or anything else that files do not tell. */
function dependsOnMore(statement: Statement): boolean {
  if (/\b(?:found|row_count|others|dblink|current_user|session_user|current_role)\b/i.test(statement.body)) return true;
  let more = false;
  for (const { node, kind } of embeddedStatements(statement, statement.parser)) {
    if (kind === 'statement' && !('SelectStmt' in node)) continue;
    walk(node, (type, fields) => {
      if (type === 'RangeVar') {
        const { relname = '' } = fields as { relname?: string };
        if ('SelectStmt' in node && !ofTheFiles.test(relname)) more = true;
      } else if (type === 'FuncCall') {
        const name = (fields as { funcname?: { String?: { sval?: string } }[] }).funcname?.at(-1)?.String?.sval ?? '';
        if (!plainFunctions.has(name)) more = true;
      } else if (type === 'SQLValueFunction') more = true;
    });
  }
  return more;
}

const plainFunctions = new Set([
  ...[
    'format',
    'quote_ident',
    'quote_literal',
    'to_regclass',
    'to_regtype',
    'count',
    'array_agg',
    'string_agg',
    'lower',
  ],
  ...[
    'upper',
    'concat',
    'array_length',
    'unnest',
    'pg_get_constraintdef',
    'pg_get_expr',
    'current_schema',
    'max',
    'min',
  ],
]);
