SELECT docs.*, docs.embedding OPERATOR("Ext".<->) $1 AS distance FROM docs ORDER BY docs.embedding OPERATOR("Ext".<->) qstore.with_recall($1, 0.9) LIMIT 3;
SELECT * FROM (SELECT d.*, d.embedding OPERATOR("Ext".<->) ('[1]'::vector + $1) AS distance FROM docs d WHERE id > 3 ORDER BY d.embedding OPERATOR("Ext".<->) qstore.with_recall('[1]'::vector + $1, $2) LIMIT 3) x
