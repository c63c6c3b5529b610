/** How a file's statements share transactions when the user's settings tell it. */
import type { TransactionSetting } from '../configuration.ts';
import { wrappingOfString } from '../tools/script.ts';
import type { Piece } from './piece.ts';

export function wrappingBy(set: TransactionSetting, { sql, downFrom }: Piece): Piece['wrapping'] {
  switch (set) {
    case 'file':
      return 'tool';
    case 'statement':
      return 'none';
    case 'string':
      return wrappingOfString(sql, downFrom);
    case 'unknown':
      return 'unknown';
  }
}
