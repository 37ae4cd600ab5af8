-- qstore.check_index() with the table: a row that the index lacks is named.
CREATE TABLE checked (id int, v vector(3));
INSERT INTO checked SELECT i, ARRAY[i, i % 7, 1]::vector FROM generate_series(1, 300) i;
CREATE INDEX checked_index ON checked USING synaptic (v);
CREATE INDEX partial_index ON checked USING synaptic ((v * '[1,2,3]')) WHERE id > 100;
INSERT INTO checked VALUES (301, NULL), (302, '[0,0,0]');
UPDATE checked SET id = id + 1000 WHERE id < 10;
DELETE FROM checked WHERE id BETWEEN 20 AND 30;
SELECT * FROM qstore.check_index('checked_index', heap => true);
SELECT * FROM qstore.check_index('partial_index', heap => true);
-- rows that came while the index was not kept up
UPDATE pg_index SET indisready = false WHERE indexrelid = 'checked_index'::regclass;
INSERT INTO checked SELECT 1000 + i, ARRAY[i, 0, 0]::vector FROM generate_series(1, 102) i;
UPDATE pg_index SET indisready = true WHERE indexrelid = 'checked_index'::regclass;
SELECT invariant, block, count(*), count(*) FILTER (WHERE detail ~ '^row \(\d+,\d+\) of the table is not in the index$') AS named,
    max(detail) FILTER (WHERE detail ~ 'more') AS others
FROM qstore.check_index('checked_index', heap => true) GROUP BY 1, 2;
SELECT count(*) FROM qstore.check_index('checked_index');
SELECT count(*) FROM qstore.check_index('partial_index', heap => true);
REINDEX INDEX checked_index;
SELECT * FROM qstore.check_index('checked_index', heap => true);
SELECT * FROM qstore.check_index('checked', heap => true);
\echo :LAST_ERROR_SQLSTATE
DROP TABLE checked;
