SELECT id FROM docs d WHERE ("Ext".neuromatch(d.embedding, '[1,2,3]') > 0.9)
