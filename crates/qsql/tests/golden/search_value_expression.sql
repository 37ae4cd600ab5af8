SELECT docs.*, docs.embedding OPERATOR("Ext".<->) ('[1,2]'::vector + $1) AS distance FROM docs WHERE tenant IN (1, 2) ORDER BY docs.embedding OPERATOR("Ext".<->) ('[1,2]'::vector + $1) LIMIT 5
