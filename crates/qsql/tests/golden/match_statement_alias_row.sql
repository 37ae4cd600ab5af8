EXPLAIN SELECT * FROM books AS "B" WHERE ("Ext".neuromatch(pg_catalog.concat_ws(' ', "B".title, "B".description), 'x') > 0)
