import type { ModelField } from '../../sources/prisma/model.ts';
import type { Severity } from '../rule.ts';
import { removal } from './modelEdits.ts';
import { defineModelRule } from './modelRule.ts';

interface Loss {
  readonly message: string;
  readonly help: string;
  readonly severity: Severity;
  /** What to write instead; an empty text leaves the attribute out. */
  readonly instead: string;
}

/** What a type does to the values; null for one that keeps them. */
function lossOf({ name, native }: ModelField): Loss | null {
  switch (native?.name) {
    case 'Real':
      return {
        message: `${name} keeps about six digits: as real 16777217 becomes 16777216.`,
        help: 'Leave the attribute out: Prisma makes a Float double precision, of 15 digits.',
        severity: 'information',
        instead: '',
      };
    case 'Money':
      return {
        message: `${name} is money: how many digits it keeps and how it reads depends on lc_monetary of the server.`,
        help: 'Decimal keeps what is written; its precision can be said with @db.Decimal(12, 2).',
        severity: 'information',
        instead: '@db.Decimal(19, 4)',
      };
    case 'Char':
      return {
        message: `${name} is padded with spaces to its length, and what is shorter is read back with them.`,
        help: 'text keeps the value as it is; a limit can be said with @db.VarChar(n).',
        severity: 'information',
        instead: '',
      };
    case 'Timestamp':
    case 'Timestamptz':
    case 'Time':
      return native.args[0] === 0
        ? {
            message: `${name} is rounded to whole seconds, also upwards: 23:59:59.6 becomes midnight of the next day.`,
            help: 'Leave the precision out, which costs no space.',
            severity: 'information',
            instead: `@db.${native.name}(3)`,
          }
        : null;
    default:
      return null;
  }
}

export default defineModelRule({
  id: 'lossy-native-type',
  severity: 'information',
  docs: {
    summary: 'A @db type that does not keep the values as Prisma gives them.',
    why: 'real keeps about six digits (16777217 becomes 16777216), money as many as lc_monetary of the server says, char(n) fills up with spaces, precision 0 rounds times to whole seconds, also upwards. Prisma hands the value over and reads another one back.',
    fine: 'That is what is wanted; a char(n) whose values all have that length.',
    source: 'https://www.postgresql.org/docs/current/datatype.html',
  },
  examples: [
    {
      unsafe: 'model Point {\n  id    BigInt @id\n  value Float  @db.Real\n}',
      safe: 'model Point {\n  id    BigInt @id\n  value Float\n}',
    },
    {
      unsafe: 'model Invoice {\n  id   BigInt  @id\n  paid Decimal @db.Money\n}',
      safe: 'model Invoice {\n  id   BigInt  @id\n  paid Decimal @db.Decimal(19, 4)\n}',
    },
    {
      unsafe: 'model Login {\n  id BigInt   @id\n  at DateTime @db.Timestamptz(0)\n}',
      safe: 'model Login {\n  id BigInt   @id\n  at DateTime @db.Timestamptz(3)\n}',
    },
  ],
  model(model, context) {
    if (model.isView) return;
    for (const field of model.fields) {
      const loss = lossOf(field);
      if (!loss || !field.native || isWhole(field)) continue;
      const { attribute } = field.native;
      const edit = loss.instead
        ? { start: attribute.start, end: attribute.end, newText: loss.instead }
        : removal(model.block, attribute);
      const title = loss.instead ? `Make it ${loss.instead}` : 'Leave it out';
      context.report(
        model,
        attribute,
        loss.message,
        loss.help,
        field.member.broken ? [] : [{ title, safe: false, edits: [edit] }],
        {
          severity: loss.severity,
        },
      );
    }
  },
});

/** Codes of countries, currencies, languages and the like have one length. */
const isWhole = ({ name, native }: ModelField): boolean =>
  native?.name === 'Char' &&
  ((native.args[0] ?? 1) <= 3 ||
    /(?:code|hash|id|checksum|digest|sha\d*|md5|currency|country|language|locale)$/i.test(name));
