SELECT a IS DISTINCT FROM b, a IS NOT DISTINCT FROM c, extract(year FROM d) FROM users WHERE ("Ext".neuromatch(pg_catalog.concat_ws(' ', users.name, users.email), 'x') > 0)
