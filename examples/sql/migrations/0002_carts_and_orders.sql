BEGIN;

CREATE TYPE order_status AS ENUM ('pending', 'paid', 'shipped', 'delivered', 'cancelled');

CREATE TABLE carts (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    customer_id  integer REFERENCES customers (id) ON DELETE CASCADE,
    updated_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE cart_items (
    cart_id     uuid NOT NULL REFERENCES carts (id) ON DELETE CASCADE,
    product_id  integer NOT NULL REFERENCES products (id),
    quantity    integer NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (cart_id, product_id)
);

CREATE TABLE orders (
    id                   integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id          integer NOT NULL REFERENCES customers (id),
    shipping_address_id  integer REFERENCES addresses (id),
    status               order_status NOT NULL DEFAULT 'pending',
    total_cents          integer NOT NULL DEFAULT 0,
    note                 text,
    placed_at            timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE order_items (
    id                integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id          integer NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    product_id        integer NOT NULL REFERENCES products (id),
    quantity          integer NOT NULL CHECK (quantity > 0),
    unit_price_cents  integer NOT NULL
);

COMMIT;
