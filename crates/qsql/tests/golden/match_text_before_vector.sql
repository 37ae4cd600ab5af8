SELECT id FROM notes WHERE ("Ext".neuromatch(notes.body, 'x') > 0)
