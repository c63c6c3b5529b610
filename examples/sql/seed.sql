-- Data for trying things out: into empty tables, the same each time, about a second. Needs migrations 0001 to 0009.
BEGIN;

INSERT INTO customers (email, full_name, phone, created_at)
SELECT 'customer' || n || '@example.com',
       (ARRAY['Ada', 'Grace', 'Edsger', 'Barbara', 'Donald', 'Frances', 'Tony', 'Margaret'])[1 + n % 8] || ' '
           || (ARRAY['Meyer', 'Okafor', 'Svensson', 'García', 'Rossi', '田中', 'Novák'])[1 + n % 7],
       CASE WHEN n % 3 = 0 THEN '+49 30 ' || (100000 + n) END,
       timestamptz '2024-01-01 08:00+00' + n * interval '9 hours'
  FROM generate_series(1, 1500) AS n;

INSERT INTO addresses (customer_id, street, city, postal_code, country)
SELECT c.id, 'Hauptstraße ' || c.id % 120, (ARRAY['Berlin', 'Wien', 'Zürich', 'Lyon', 'Gent'])[1 + c.id % 5],
       lpad((c.id * 37 % 99999)::text, 5, '0'), (ARRAY['DE', 'AT', 'CH', 'FR', 'BE'])[1 + c.id % 5]
  FROM customers c;

INSERT INTO products (sku, title, price_cents, attributes)
SELECT 'SKU-' || lpad(n::text, 5, '0'),
       (ARRAY['Mug', 'Lamp', 'Notebook', 'Chair', 'Backpack'])[1 + n % 5] || ' no. ' || n,
       500 + n * 131 % 20000,
       jsonb_build_object('colour', (ARRAY['red', 'green', 'blue', 'black'])[1 + n % 4], 'grams', 50 + n * 17 % 3000)
  FROM generate_series(1, 200) AS n;

INSERT INTO inventory (product_id, on_hand, reserved)
SELECT id, id * 7 % 90, id % 4 FROM products;

-- A few customers order a lot, most of them little; old orders are delivered, new ones are not.
INSERT INTO orders (customer_id, shipping_address_id, status, placed_at)
SELECT c.id, a.id,
       CASE WHEN n % 23 = 0 THEN 'cancelled' WHEN n < 3500 THEN 'delivered' WHEN n < 3800 THEN 'shipped'
            WHEN n < 3950 THEN 'paid' ELSE 'pending' END::order_status,
       timestamptz '2025-01-01 06:00+00' + n * interval '2 hours'
  FROM generate_series(1, 4000) AS n
  JOIN customers c ON c.id = 1 + (n * n) % CASE WHEN n % 4 = 0 THEN 40 ELSE 1500 END
  JOIN addresses a ON a.customer_id = c.id;

-- One sum per order at the end is a lot cheaper than the trigger's one per row.
ALTER TABLE order_items DISABLE TRIGGER order_items_refresh_total;

INSERT INTO order_items (order_id, product_id, quantity, unit_price_cents)
SELECT o.id, p.id, 1 + o.id % 3, p.price_cents
  FROM orders o
  CROSS JOIN LATERAL generate_series(0, o.id % 3) AS line
  JOIN products p ON p.id = 1 + (o.id * 13 + line * 61) % 200;

ALTER TABLE order_items ENABLE TRIGGER order_items_refresh_total;

UPDATE orders o
   SET total_cents = s.total
  FROM (SELECT order_id, sum(quantity * unit_price_cents) AS total FROM order_items GROUP BY order_id) s
 WHERE s.order_id = o.id;

INSERT INTO payments (order_id, provider, provider_ref, amount_cents, captured_at)
SELECT id, (ARRAY['card', 'card', 'paypal', 'invoice'])[1 + id % 4], 'ref_' || md5(id::text), total_cents,
       placed_at + interval '4 minutes'
  FROM orders
 WHERE status IN ('paid', 'shipped', 'delivered');

INSERT INTO shipments (order_id, carrier, tracking_no, shipped_at, delivered_at)
SELECT id, (ARRAY['DHL', 'UPS', 'Post'])[1 + id % 3], 'T' || 100000 + id, placed_at + interval '1 day',
       CASE WHEN status = 'delivered' THEN placed_at + interval '1 day' * (2 + id % 5) END
  FROM orders
 WHERE status IN ('shipped', 'delivered');

INSERT INTO reviews (product_id, customer_id, rating, body, created_at)
SELECT i.product_id, o.customer_id, 1 + (o.id * 7 + i.product_id) % 5, 'Review of order ' || o.id,
       o.placed_at + interval '12 days'
  FROM orders o
  JOIN order_items i ON i.order_id = o.id
 WHERE o.status = 'delivered' AND o.id % 4 = 0;

INSERT INTO coupons (code, percent_off, valid_until)
SELECT 'WELCOME' || n, 5 * n, date '2026-01-01' + n * 30 FROM generate_series(1, 12) AS n;

COMMIT;

ANALYZE;
