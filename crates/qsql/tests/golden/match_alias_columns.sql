SELECT * FROM users u(a, "B") WHERE ("Ext".neuromatch(pg_catalog.concat_ws(' ', u."B", u.email), 'x') > 0)
