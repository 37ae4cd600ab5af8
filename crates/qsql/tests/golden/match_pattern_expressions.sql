SELECT 1 FROM users WHERE ("Ext".neuromatch(name, 'a' || lower('B')) > (1 - 0.5));
SELECT 1 FROM docs WHERE ("Ext".neuromatch(docs.embedding, ARRAY[1, 2]::vector) > -1) LIMIT 1;
SELECT 1 FROM docs WHERE ("Ext".neuromatch(docs.embedding, ('[1]')::vector) > 0);
SELECT 1 FROM users WHERE ("Ext".neuromatch(pg_catalog.concat_ws(' ', users.name, users.email), q) > s)
