SELECT 1 FROM users u JOIN books b ON u.id OPERATOR(pg_catalog.=) b.id WHERE ("Ext".neuromatch(u.name, 'x') > 0)
