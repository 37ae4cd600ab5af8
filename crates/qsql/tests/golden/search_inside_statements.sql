WITH near AS (SELECT docs.*, docs.embedding OPERATOR("Ext".<->) $1 AS distance FROM docs ORDER BY docs.embedding OPERATOR("Ext".<->) $1 LIMIT 10) SELECT * FROM near WHERE ("Ext".neuromatch(title, 'x') > 0);
CREATE MATERIALIZED VIEW v AS SELECT docs.*, docs.embedding OPERATOR("Ext".<->) '[1]' AS distance FROM docs ORDER BY docs.embedding OPERATOR("Ext".<->) '[1]' LIMIT 10 WITH NO DATA;
SELECT * FROM (SELECT docs.*, docs.embedding OPERATOR("Ext".<->) '[1]' AS distance FROM docs ORDER BY docs.embedding OPERATOR("Ext".<->) '[1]' LIMIT 10) x;
WITH q AS (SELECT 1) SELECT docs.*, docs.embedding OPERATOR("Ext".<->) (SELECT x FROM q) AS distance FROM docs ORDER BY docs.embedding OPERATOR("Ext".<->) (SELECT x FROM q) LIMIT 10
