/** What `dialect` stands for in the methods of a project's own types. */
export const postgresDialect = 'the dialect of PostgreSQL';
