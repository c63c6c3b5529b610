-- Not deployed yet: planned for the release after the sale.
BEGIN;

ALTER TABLE carts ADD COLUMN channel text NOT NULL;

CREATE INDEX CONCURRENTLY carts_channel_idx ON carts (channel);

ALTER TABLE payments
    ADD CONSTRAINT payments_provider_check CHECK (provider IN ('card', 'paypal', 'invoice')) NOT VALID;
ALTER TABLE payments VALIDATE CONSTRAINT payments_provider_check;

-- Moved to the mailing provider in spring.
DROP TABLE legacy_newsletter;
ALTER TABLE orders DROP COLUMN note;

-- Carts of the old checkout cannot be paid any more.
DELETE FROM cart_items;

COMMIT;
