SELECT * FROM shop.books WHERE ("Ext".neuromatch(books.title, 'x') > 0)
