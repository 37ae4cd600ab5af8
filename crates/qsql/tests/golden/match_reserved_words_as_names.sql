SELECT users.order AS from, 1 AS select FROM users WHERE ("Ext".neuromatch(pg_catalog.concat_ws(' ', users.name, users.email), 'x') > 0) AND (users.limit > 3 AND users.group = 1) LIMIT 2
