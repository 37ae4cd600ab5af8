SELECT * FROM docs a CROSS JOIN LATERAL (SELECT b.*, b.embedding OPERATOR("Ext".<->) a.embedding AS distance FROM docs AS b ORDER BY b.embedding OPERATOR("Ext".<->) a.embedding LIMIT $1) AS b
