;;SELECT 1; SELECT * FROM users WHERE ("Ext".neuromatch(pg_catalog.concat_ws(' ', users.name, users.email), 'a;b') > 0); -- QUANTUM SEARCH
SELECT docs.*, docs.embedding OPERATOR("Ext".<->) $1 AS distance FROM docs ORDER BY docs.embedding OPERATOR("Ext".<->) $1 LIMIT 1;;
