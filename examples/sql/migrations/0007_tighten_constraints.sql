-- Follow-up of the January incident: shipments for orders that never existed, reviews with six stars.

ALTER TABLE shipments
    ADD CONSTRAINT shipments_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id);

ALTER TABLE reviews ADD CONSTRAINT reviews_rating_check CHECK (rating BETWEEN 1 AND 5);

ALTER TABLE products ADD CONSTRAINT products_sku_key UNIQUE (sku);

UPDATE addresses SET postal_code = '' WHERE postal_code IS NULL;

ALTER TABLE addresses ALTER COLUMN postal_code SET NOT NULL;

-- "line1" was never understood by the mobile team.
ALTER TABLE addresses RENAME COLUMN line1 TO street;
