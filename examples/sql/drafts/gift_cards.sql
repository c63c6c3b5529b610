-- Draft, to be talked about on Thursday.

CREATE TABLE gift_cards (
    code           text PRIMARY KEY,
    balance_cents  integer NOT NULL CHECK (balance_cents >= 0),
    issued_to      integer REFERENCES customers (id),
    issued_at      timestamptz NOT NULL DEFAULT now(),
);

CREATE INDEX gift_cards_issued_to_idx ON gift_cards (issued_to);

-- Cards that run out of money this month
SELECT code, balance_cents
  FORM gift_cards
 WHERE balance_cents < 500;

SELECT c.full_name, sum(g.balance_cents) AS left_over
  FROM gift_cards g
  JOIN customers c ON c.id = g.issued_to
 GROUP BY c.id;
