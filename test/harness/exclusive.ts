import type { Exclusive } from '../../server/src/protocol.ts';

/** What a node took by itself, as far as a test cares. */
export const own = (told: Partial<Exclusive>): Exclusive => ({
  ms: null,
  msError: 0,
  cost: 0,
  sharedHit: null,
  sharedRead: null,
  sharedDirtied: null,
  sharedWritten: null,
  localHit: null,
  localRead: null,
  localWritten: null,
  tempRead: null,
  tempWritten: null,
  walBytes: null,
  walRecords: null,
  walImages: null,
  ioReadMs: null,
  ioWriteMs: null,
  ...told,
});
