SELECT "D".*, "D".embedding OPERATOR("Ext".<=>) (SELECT embedding FROM docs WHERE id = 1) AS distance FROM shop.docs AS "D" WHERE "D".id <> 1 ORDER BY "D".embedding OPERATOR("Ext".<=>) (SELECT embedding FROM docs WHERE id = 1) LIMIT 3;
SELECT d.*, d.embedding OPERATOR("Ext".<->) $1 AS distance FROM docs d ORDER BY d.embedding OPERATOR("Ext".<->) $1 LIMIT 3
