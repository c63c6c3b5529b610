-- We print invoices in the billions of rupiah now: integer cents end at 21 million.
SET lock_timeout = '5s';

ALTER TABLE orders ALTER COLUMN total_cents TYPE bigint;

-- Phone numbers and carrier names longer than 50 characters exist. This one is only a catalog change.
ALTER TABLE customers ALTER COLUMN phone TYPE text;
ALTER TABLE shipments ALTER COLUMN carrier TYPE text;
