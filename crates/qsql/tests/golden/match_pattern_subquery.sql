SELECT id FROM docs WHERE ("Ext".neuromatch(docs.embedding, (SELECT embedding FROM docs WHERE id = 1)) > 0.9)
