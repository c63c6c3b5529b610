/** The `;` of a statement. */
import { beginsStatement, isAssignment } from './beginners.ts';
import { anotherStatement, type Reader, type Stop } from './reader.ts';

/** Expects the `;` here. */
export function endStatement(reader: Reader): void {
  if (reader.accept(';')) return;
  const before = reader.wordAt(reader.at - 1);
  if (/^(?:if|loop|case|end)$/.test(before) && reader.word() === before && !reader.beginsLine(reader.at)) {
    reader.structureProblem(
      `${before.toUpperCase()} is written twice.`,
      reader.at,
      reader.at,
      reader.replaceBy('', reader.at),
    );
    reader.at++;
    reader.accept(';');
    return;
  }
  if (
    reader.ended ||
    beginsStatement(reader, reader.at) ||
    isAssignment(reader, reader.at) ||
    reader.beginsLine(reader.at)
  ) {
    reader.missing(';', reader.at - 1, 'at the end of this statement');
    return;
  }
  reader.structureProblem('The statement should end with ; before this.', reader.at);
  reader.skipStatement();
}

/** Goes past the `;` that a piece ended at. */
export function finish(reader: Reader, stop: Stop): void {
  if (stop === anotherStatement) return;
  endStatement(reader);
}
