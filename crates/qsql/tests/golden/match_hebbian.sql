SELECT * FROM books WHERE ("Ext".neuromatch(pg_catalog.concat_ws(' ', books.title, books.description), 'x') > 0.6) AND (id > 1) ORDER BY id
