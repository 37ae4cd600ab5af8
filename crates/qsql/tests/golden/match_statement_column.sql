SELECT * FROM shop.books AS b WHERE ("Ext".neuromatch(title, $1) > 0)
