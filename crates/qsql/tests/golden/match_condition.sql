SELECT id FROM books WHERE (("Ext".neuromatch(title, 'artificial intelligence') > 0.7)) OR (("Ext".neuromatch(description, $1) > -0.1)) AND id > 3;
SELECT id FROM books b JOIN users u ON ("Ext".neuromatch(b.title, u.name) > $2) WHERE NOT ("Ext".neuromatch(lower(b.title), 'a' || u.name) > (0.5));
SELECT CASE WHEN ("Ext".neuromatch(title, 'x') > 0.5) THEN NEUROMATCH(title, 'x') > 0.5 END FROM books WHERE ("Ext".neuromatch(pg_catalog.concat_ws(' ', books.title, books.description), 'y') > 0) AND (("Ext".neuromatch(title, (SELECT CAST('AC' AS "Ext".dna)::text)) > 0))
