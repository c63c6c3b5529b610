-- "My orders" takes seconds for customers with a long history, and the warehouse screen is no better.

CREATE INDEX orders_customer_id_placed_at_idx ON orders (customer_id, placed_at DESC);

CREATE INDEX CONCURRENTLY order_items_order_id_idx ON order_items (order_id);

CREATE INDEX CONCURRENTLY order_items_product_id_idx ON order_items (product_id);

-- pgreview-ignore index-without-concurrently: some forty coupons, built in a millisecond
CREATE INDEX coupons_valid_until_idx ON coupons (valid_until);
