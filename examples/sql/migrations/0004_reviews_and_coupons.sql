BEGIN;

CREATE TABLE reviews (
    id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product_id   integer NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    customer_id  integer REFERENCES customers (id) ON DELETE SET NULL,
    rating       smallint NOT NULL,
    body         text,
    created_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE coupons (
    code         text PRIMARY KEY,
    percent_off  smallint NOT NULL CHECK (percent_off BETWEEN 1 AND 100),
    valid_until  date
);

CREATE TABLE legacy_newsletter (
    email          text PRIMARY KEY,
    subscribed_on  date
);

COMMIT;

SET lock_timeout = '3s';

-- Which coupon was used. Nullable and without a default, so nothing is rewritten.
ALTER TABLE orders ADD COLUMN coupon_code text;
