WITH q AS (SELECT * FROM products p WHERE p.category IN ('a', 'b') LIMIT 10) SELECT * FROM q
