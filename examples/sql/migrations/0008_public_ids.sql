-- Order numbers in URLs tell everyone how much we sell. Show a uuid instead.
SET lock_timeout = '3s';
SET statement_timeout = '10min';

ALTER TABLE orders ADD COLUMN public_id uuid NOT NULL DEFAULT gen_random_uuid();

CREATE UNIQUE INDEX CONCURRENTLY orders_public_id_key ON orders (public_id);

-- Same value for every existing row, so Postgres stores it once.
ALTER TABLE orders ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now();
