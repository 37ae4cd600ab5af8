EXPLAIN (ANALYZE, COSTS off) SELECT * FROM users WHERE ("Ext".neuromatch(pg_catalog.concat_ws(' ', users.name, users.email), 'a') > 0);
EXPLAIN ANALYZE VERBOSE SELECT * FROM users WHERE ("Ext".neuromatch(pg_catalog.concat_ws(' ', users.name, users.email), 'a') > 0)
