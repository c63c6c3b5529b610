/** An argument that cannot be used; the message says which and why. */
export class UsageError extends Error {}
