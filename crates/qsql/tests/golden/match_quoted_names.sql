SELECT * FROM "Odd ""Table" WHERE ("Ext".neuromatch(pg_catalog.concat_ws(' ', "Odd ""Table"."Select", "Odd ""Table"."größe"), 'x') > 0);
SELECT * FROM "Odd ""Table" AS "User" WHERE ("Ext".neuromatch(pg_catalog.concat_ws(' ', "User"."Select", "User"."größe"), 'x') > 0);
SELECT * FROM U&"b\006Foks" WHERE ("Ext".neuromatch(pg_catalog.concat_ws(' ', books.title, books.description), 'x') > 0);
SELECT * FROM Books WHERE ("Ext".neuromatch(pg_catalog.concat_ws(' ', books.title, books.description), 'x') > 0)
