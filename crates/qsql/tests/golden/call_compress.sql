SELECT * FROM qstore.compress_table(CAST('logs' AS pg_catalog.regclass))
