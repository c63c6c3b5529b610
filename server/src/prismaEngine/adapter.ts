/**
 * The driver adapter through which Prisma's engine looks at a database (see @prisma/driver-adapter-utils): whoever runs the
 * engine answers its queries. The engine only looks: scripts and writes are refused.
 */
import type { EngineAnswer, EngineQuery, ResultSet } from './messages.ts';

type Result<T> =
  | { ok: true; value: T; map<U>(f: (value: T) => U): Result<U>; flatMap<U>(f: (value: T) => Result<U>): Result<U> }
  | { ok: false; error: object; map(): Result<never>; flatMap(): Result<never> };

function ok<T>(value: T): Result<T> {
  return { ok: true, value, map: (f) => ok(f(value)), flatMap: (f) => f(value) };
}

function failed(code: string, message: string): Result<never> {
  const error = { kind: 'postgres', code, message, severity: 'ERROR', originalCode: code, originalMessage: message };
  const result: Result<never> = { ok: false, error, map: () => result, flatMap: () => result };
  return result;
}

/** @param ask never rejects */
export function adapterFactory(ask: (query: EngineQuery) => Promise<EngineAnswer>): object {
  const common = {
    adapterName: 'pgreview',
    provider: 'postgres',
    errorRegistry: { consumeError: () => undefined },
  };
  const refused = async () => failed('25006', 'pgreview lets the engine read only');
  const queryRaw = async ({ sql, args }: EngineQuery): Promise<Result<ResultSet>> => {
    const answer = await ask({ sql, args });
    return answer.ok ? ok(answer.result) : failed(answer.code, answer.message);
  };
  const adapter = {
    ...common,
    queryRaw,
    executeRaw: refused,
    executeScript: refused,
    startTransaction: refused,
    dispose: async () => ok(undefined),
    getConnectionInfo: () => ok({ schemaName: 'public', maxBindValues: 32766, supportsRelationJoins: true }),
  };
  return { ...common, connect: async () => ok(adapter), connectToShadowDb: async () => ok(adapter) };
}

/** For an empty database, which nobody runs: all that the engine asks is whether the schema is there, and the version. */
export function answerOfEmpty({ sql }: EngineQuery): EngineAnswer {
  if (!/\bserver_version_num\b/.test(sql)) return { ok: false, code: '0A000', message: `unexpected query: ${sql}` };
  return {
    ok: true,
    result: {
      columnNames: ['exists', 'version', 'numeric_version'],
      columnTypes: [5, 7, 0],
      rows: [[true, 'PostgreSQL 18.0', 180000]],
    },
  };
}
