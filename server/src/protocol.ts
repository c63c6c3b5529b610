/**
 * The requests that pgreview adds to LSP, as types shared by server and client. JSON only; positions are LSP's.
 */
export * from './protocol/database.ts';
export * from './protocol/explain.ts';
export * from './protocol/histories.ts';
export * from './protocol/plan.ts';
export * from './protocol/sources.ts';

/** What clients may say in `initializationOptions`. */
export interface InitializationOptions {
  readonly connections?: boolean;
  /** The client has {@link showPlanCommand} and {@link tryPlanIndexCommand}. */
  readonly plans?: boolean;
}
