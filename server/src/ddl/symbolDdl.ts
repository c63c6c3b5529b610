/** One table, column, type or function as SQL, short enough to be read in passing. */
import { type Catalog, columnOf, constraintOf, type Relation, relationKey } from '../catalog/catalog.ts';
import type { SchemaSymbol } from '../symbols/symbol.ts';
import type { Parser } from '../syntax/parser.ts';
import { functionStatement, typeStatements } from './objectDdl.ts';
import { qualified, TreePrinter, typeText } from './print.ts';
import { relationDdl } from './schemaDdl.ts';
import { columnText, constraintText, indexText, type Printing } from './tableDdl.ts';

const longest = 40;

/** Null where the files tell nothing of it. */
export function symbolDdl(catalog: Catalog, parser: Parser, symbol: SchemaSymbol): string | null {
  const p: Printing = { catalog, trees: new TreePrinter(parser) };
  switch (symbol.kind) {
    case 'relation': {
      const relation = catalog.relations.get(symbol.key);
      const text = relation?.index ? indexDdl(p, relation) : relationDdl(catalog, parser, symbol.key);
      return text === null ? null : shortened(text.trimEnd());
    }
    case 'column': {
      const table = catalog.relations.get(symbol.table);
      const column = columnOf(table, symbol.name);
      return table && column ? columnDdl(p, table, column.name) : null;
    }
    case 'constraint': {
      const table = catalog.relations.get(symbol.table);
      const constraint = constraintOf(table, symbol.name);
      return table && constraint
        ? `ALTER TABLE ${qualified(table.schema, table.name)} ADD ${constraintText(p, table, constraint)}`
        : null;
    }
    case 'type': {
      const type = catalog.types.get(symbol.key);
      return type?.complete ? shortened(typeStatements(p, type).join(';\n')) : null;
    }
    case 'function': {
      const texts = (catalog.functions.get(symbol.name) ?? []).flatMap((f) => functionStatement(p, f) ?? []);
      // what it does is to be read where it was created
      return texts.length === 0 ? null : texts.map((text) => text.replace(/\nAS [\s\S]*$/, '')).join(';\n\n');
    }
    case 'local':
      return symbol.type ? `${symbol.name} ${typeText(catalog, symbol.type)}` : null;
  }
}

function columnDdl(p: Printing, table: Relation, name: string): string {
  const column = columnOf(table, name);
  const text = column ? columnText(p, table, column) : name;
  const keys = table.constraints.flatMap((c) =>
    c.columns.length === 1 && c.columns[0] === name
      ? c.kind === 'primary'
        ? ['PRIMARY KEY']
        : c.kind === 'unique'
          ? ['UNIQUE']
          : c.kind === 'foreign' && c.references !== null
            ? [`REFERENCES ${referenced(p, c.references)}`]
            : []
      : [],
  );
  return [withoutNames(`${qualified(table.schema, table.name)}.${text}`), ...keys].join(' ');
}

function referenced({ catalog }: Printing, key: string): string {
  const relation = catalog.relations.get(key);
  return relation ? qualified(relation.schema, relation.name) : key;
}

function indexDdl(p: Printing, relation: Relation): string | null {
  const table = p.catalog.relations.get(relation.table ?? relationKey('', ''));
  return relation.index && table ? indexText(p, relation, relation.index, table) : null;
}

/** The names of NOT NULL constraints say nothing in passing. */
const withoutNames = (sql: string): string => sql.replace(/ CONSTRAINT (?:"(?:[^"]|"")*"|\w+) NOT NULL/g, ' NOT NULL');

function shortened(text: string): string {
  const lines = withoutNames(text).split('\n');
  if (lines.length <= longest) return lines.join('\n');
  return [...lines.slice(0, longest), `-- … and ${lines.length - longest} more lines`].join('\n');
}
