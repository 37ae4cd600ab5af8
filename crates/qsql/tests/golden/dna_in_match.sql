SELECT * FROM users WHERE ("Ext".neuromatch(name, CAST('ATGC' AS "Ext".dna)::text) > 0) AND (CAST('A' AS "Ext".dna) = CAST('T' AS "Ext".dna));
SELECT docs.*, docs.embedding OPERATOR("Ext".<->) f(CAST('AA' AS "Ext".dna)) AS distance FROM docs WHERE CAST('A' AS "Ext".dna) = x ORDER BY docs.embedding OPERATOR("Ext".<->) f(CAST('AA' AS "Ext".dna)) LIMIT 1
