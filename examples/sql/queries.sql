-- The shop's reports and the application's most frequent queries.

-- Revenue by month, with the change from the month before.
WITH monthly AS (
    SELECT date_trunc('month', o.placed_at) AS month,
           count(*) AS orders,
           sum(o.total_cents) / 100.0 AS revenue
      FROM orders o
     WHERE o.status <> 'cancelled'
     GROUP BY 1
)
SELECT month, orders, revenue,
       revenue - lag(revenue) OVER (ORDER BY month) AS change
  FROM monthly
 ORDER BY month;

-- "My orders": the first page.
SELECT o.id, o.public_id, o.status, o.total_cents, o.placed_at
  FROM orders o
 WHERE o.customer_id = $1
 ORDER BY o.placed_at DESC
 LIMIT 20;

-- One order with everything on its page.
SELECT p.sku, p.title, i.quantity, i.unit_price_cents, s.carrier, s.tracking_no
  FROM orders o
  JOIN order_items i ON i.order_id = o.id
  JOIN products p ON p.id = i.product_id
  LEFT JOIN shipments s ON s.order_id = o.id
 WHERE o.public_id = :public_id;

-- The three best-selling products of each colour.
SELECT colour, title, sold
  FROM (SELECT p.attributes ->> 'colour' AS colour,
               p.title,
               sum(i.quantity) AS sold,
               rank() OVER (PARTITION BY p.attributes ->> 'colour' ORDER BY sum(i.quantity) DESC) AS place
          FROM order_items i
          JOIN products p ON p.id = i.product_id
         GROUP BY p.id) ranked
 WHERE place <= 3
 ORDER BY colour, place;

-- Customers who have not come back for half a year.
SELECT c.id, c.email, last_order.placed_at
  FROM customers c
  JOIN LATERAL (SELECT o.placed_at
                  FROM orders o
                 WHERE o.customer_id = c.id
                 ORDER BY o.placed_at DESC
                 LIMIT 1) last_order ON true
 WHERE last_order.placed_at < now() - interval '6 months'
 ORDER BY last_order.placed_at;

-- Products that nobody has reviewed. NOT EXISTS, as reviews.product_id may be asked for again and again.
SELECT p.id, p.title
  FROM products p
 WHERE NOT EXISTS (SELECT FROM reviews r WHERE r.product_id = p.id);

-- Support looks up a customer by what they say on the phone.
SELECT id, full_name, email, phone
  FROM customers
 WHERE full_name ILIKE '%' || :name || '%' OR phone = :phone;

-- Nightly: give the stock of orders that were never paid back.
UPDATE inventory v
   SET reserved = greatest(v.reserved - back.quantity, 0)
  FROM (SELECT i.product_id, sum(i.quantity)::integer AS quantity
          FROM orders o
          JOIN order_items i ON i.order_id = o.id
         WHERE o.status = 'pending' AND o.placed_at < now() - interval '2 days'
         GROUP BY i.product_id) back
 WHERE back.product_id = v.product_id;

-- Nightly: forget carts that were left behind.
DELETE FROM carts
 WHERE updated_at < now() - interval '30 days'
RETURNING id;

-- After the spring sale, by hand. It ran a bit further than planned.
UPDATE products SET price_cents = round(price_cents * 0.9);
