SELECT docs.*, docs.embedding OPERATOR("Ext".<->) '[1,2,3]' AS distance FROM docs ORDER BY docs.embedding OPERATOR("Ext".<->) '[1,2,3]' LIMIT 10
