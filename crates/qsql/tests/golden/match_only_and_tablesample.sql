SELECT * FROM ONLY users WHERE ("Ext".neuromatch(pg_catalog.concat_ws(' ', users.name, users.email), 'x') > 0);
SELECT * FROM users u TABLESAMPLE bernoulli(10) REPEATABLE (1) WHERE ("Ext".neuromatch(pg_catalog.concat_ws(' ', u.name, u.email), 'x') > 0);
SELECT * FROM users * WHERE ("Ext".neuromatch(pg_catalog.concat_ws(' ', users.name, users.email), 'x') > 0)
