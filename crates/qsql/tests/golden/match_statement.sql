SELECT * FROM books WHERE ("Ext".neuromatch(pg_catalog.concat_ws(' ', books.title, books.description), 'magic') > 0.5) AND (id > 1) ORDER BY title LIMIT 3
