SELECT id FROM notes WHERE ("Ext".neuromatch(embedding, '[1,2]'::vector(2)) > 0.9)
