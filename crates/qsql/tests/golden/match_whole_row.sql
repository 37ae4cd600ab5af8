SELECT * FROM books WHERE ("Ext".neuromatch(pg_catalog.concat_ws(' ', books.title, books.description), 'Fantasy Magie Abenteuer') > 0.5)
