SELECT*FROM"users"WHERE ("Ext".neuromatch(pg_catalog.concat_ws(' ', users.name, users.email), 'x') > 0)AND((age>1))ORDER BY 1
