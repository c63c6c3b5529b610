/** Where a replay stands: the schema and the session, before or after a statement. */
import { type Catalog, emptyCatalog, type Relation } from './catalog.ts';
import { newSession, type Session, type Wrapping } from './session.ts';

export interface State {
  readonly catalog: Catalog;
  readonly session: Session;
}

export const initialState = (wrapping: Wrapping, catalog: Catalog = emptyCatalog): State => ({
  catalog,
  session: newSession(wrapping),
});

/** A new file run on the schema that the files before it left behind. */
export const nextFile = (catalog: Catalog, wrapping: Wrapping): State => initialState(wrapping, catalog);

export const withCatalog = (state: State, catalog: Catalog): State =>
  catalog === state.catalog ? state : { ...state, catalog };

export const withSession = (state: State, change: Partial<Session>): State => ({
  ...state,
  session: { ...state.session, ...change },
});

export const relationAt = (state: State, key: string): Relation | undefined => state.catalog.relations.get(key);

export function markCreated(state: State, key: string): State {
  return withSession(state, { created: state.session.created.add(key) });
}
