/** The `;` of a statement. */
import { beginsStatement, isAssignment } from './beginners.ts';
import { anotherStatement, type Reader, type Stop } from './reader.ts';

/** Expects the `;` here. */
export function endStatement(reader: Reader): void {
  if (reader.accept(';')) return;
  if (
    reader.ended ||
    beginsStatement(reader, reader.at) ||
    isAssignment(reader, reader.at) ||
    reader.beginsLine(reader.at)
  ) {
    reader.structureProblem('Missing ; at the end of this statement.', reader.at - 1);
    return;
  }
  reader.structureProblem('The statement should end with ; before this.', reader.at);
  reader.skipStatement();
}

/** Goes past the `;` that a piece ended at. */
export function finish(reader: Reader, stop: Stop): void {
  if (stop === anotherStatement) return;
  if (!reader.accept(';')) reader.structureProblem('Missing ; at the end of this statement.', reader.tokens.length - 1);
}
