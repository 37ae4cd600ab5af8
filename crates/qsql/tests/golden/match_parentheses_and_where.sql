SELECT * FROM users WHERE ("Ext".neuromatch(pg_catalog.concat_ws(' ', users.name, users.email), 'John') > 0) AND (age > 18 OR name = 'x') ORDER BY name LIMIT 3
