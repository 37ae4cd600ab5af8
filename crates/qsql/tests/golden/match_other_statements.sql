CREATE VIEW v AS SELECT * FROM users WHERE ("Ext".neuromatch(pg_catalog.concat_ws(' ', users.name, users.email), 'a') > 0) WITH CHECK OPTION;
CREATE TABLE t AS SELECT * FROM users WHERE ("Ext".neuromatch(pg_catalog.concat_ws(' ', users.name, users.email), 'a') > 0) AND (age > 1) WITH NO DATA;
DECLARE c CURSOR FOR SELECT * FROM users WHERE ("Ext".neuromatch(pg_catalog.concat_ws(' ', users.name, users.email), 'a') > 0) FOR UPDATE;
INSERT INTO t SELECT * FROM users WHERE ("Ext".neuromatch(pg_catalog.concat_ws(' ', users.name, users.email), 'a') > 0) AND (age > 1) ON CONFLICT DO NOTHING RETURNING id;
PREPARE p(text) AS SELECT * FROM users WHERE ("Ext".neuromatch(pg_catalog.concat_ws(' ', users.name, users.email), $1) > 0);
COPY (SELECT * FROM users WHERE ("Ext".neuromatch(pg_catalog.concat_ws(' ', users.name, users.email), 'a') > 0)) TO STDOUT;
DELETE FROM users WHERE ("Ext".neuromatch(pg_catalog.concat_ws(' ', users.name, users.email), 'spam') > 0.9);
UPDATE users SET age = 1 FROM books WHERE ("Ext".neuromatch(pg_catalog.concat_ws(' ', books.title, books.description), 'x') > 0) AND (books.id = users.id) RETURNING age
