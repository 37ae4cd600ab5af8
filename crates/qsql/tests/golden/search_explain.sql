EXPLAIN (COSTS off) SELECT docs.*, docs.embedding OPERATOR("Ext".<->) $1 AS distance FROM docs ORDER BY docs.embedding OPERATOR("Ext".<->) $1 LIMIT 1;
EXPLAIN ANALYZE SELECT docs.*, docs.embedding OPERATOR("Ext".<->) $1 AS distance FROM docs ORDER BY docs.embedding OPERATOR("Ext".<->) $1 LIMIT 1
