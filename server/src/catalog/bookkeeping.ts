/** Tables that migration tools make by themselves: no file creates them. */

const names =
  /^(?:_prisma_migrations|goose_db_version|schema_migrations|ar_internal_metadata|flyway_schema_history|schema_version|alembic_version|databasechangelog(?:lock)?|__drizzle_migrations|pgmigrations|atlas_schema_revisions|knex_migrations(?:_lock)?|_sqlx_migrations|__diesel_schema_migrations|gorp_migrations|refinery_schema_history|_yoyo_(?:log|migration|version)|yoyo_lock|django_migrations|migrations)$/;

/** Whether a tool keeps in it what it has run, by its name. */
export const isBookkeeping = (name: string): boolean => names.test(name);
