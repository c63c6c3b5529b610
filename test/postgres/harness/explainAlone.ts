// A process that has a server run something without end, for a test that kills it. Its argument is the database's URL.
import { explainService, paramsFor, subjectOf } from './explaining.ts';

const url = process.argv[2] as string;
const service = await explainService();
await service.explain(
  subjectOf('SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b WHERE a % 7 = b % 5'),
  paramsFor({ kind: 'connection', name: 'test', url }, { analyze: true }),
);
service.dispose();
