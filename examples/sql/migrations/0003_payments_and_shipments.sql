BEGIN;

CREATE TABLE payments (
    id            integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id      integer NOT NULL REFERENCES orders (id),
    provider      varchar(20) NOT NULL,
    provider_ref  text,
    amount_cents  integer NOT NULL CHECK (amount_cents > 0),
    captured_at   timestamptz
);

CREATE INDEX payments_order_id_idx ON payments (order_id);

CREATE TABLE shipments (
    id            integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id      integer NOT NULL,
    carrier       varchar(50) NOT NULL,
    tracking_no   text,
    shipped_at    timestamptz,
    delivered_at  timestamptz
);

-- The total of an order is kept by its items.
CREATE FUNCTION refresh_order_total() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    changed integer := coalesce(NEW.order_id, OLD.order_id);
BEGIN
    UPDATE orders
       SET total_cents = coalesce(
               (SELECT sum(i.quantity * i.unit_price_cents) FROM order_items i WHERE i.order_id = changed), 0)
     WHERE id = changed;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER order_items_refresh_total
    AFTER INSERT OR UPDATE OR DELETE ON order_items
    FOR EACH ROW EXECUTE FUNCTION refresh_order_total();

COMMIT;
