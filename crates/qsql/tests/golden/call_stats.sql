SELECT * FROM qstore.compression_stats(CAST('public.logs' AS pg_catalog.regclass))
