EXPLAIN SELECT * FROM qstore.compress_table(CAST('"Logs"."It''s"' AS pg_catalog.regclass), columns => ARRAY['a', E'B\\c', 'd'], level => 19, dictionary => 'off', name => $1);
