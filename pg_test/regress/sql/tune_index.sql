-- qstore.tune_index: proposes, and changes nothing unless it is to apply. Times differ from run to run, so only what they cannot change is shown.

CREATE TABLE thing (id integer PRIMARY KEY, v vector(16));
INSERT INTO thing SELECT i, (SELECT array_agg(sin(i * j * 0.37 + j) + 2 * sin((i % 40) * j * 1.7))::vector FROM generate_series(1, 16) AS j) FROM generate_series(1, 3000) AS i;
INSERT INTO thing VALUES (0, NULL);
CREATE INDEX thing_v ON thing USING synaptic (v vector_cosine_ops) WITH (lists = 64, recall = 0.5);
ANALYZE thing;

-- both parameters, a reason and the commands; the index stays as it is. A recall of 0.5 does not reach 0.99, so there is something to change
CREATE TEMP TABLE told AS SELECT * FROM qstore.tune_index('thing_v', sample => 15, steps => 15, goal => 0.99);
SELECT parameter, present, reason LIKE '% ms a query at recall %, with the present parameters % ms at %; measured on 2985 rows with 15 queries, goal 0.99' AS reason,
    command LIKE 'ALTER INDEX public.thing_v SET (%);%' AS command FROM told ORDER BY parameter;
SELECT proposed::float8 > 0.5 AS more_recall FROM told WHERE parameter = 'recall';
SELECT reloptions FROM pg_class WHERE relname = 'thing_v';

-- applied: the index has what was proposed, is rebuilt, and works
TRUNCATE told;
INSERT INTO told SELECT * FROM qstore.tune_index('thing_v', sample => 15, steps => 15, goal => 0.99, apply => true);
SELECT o.option_name, o.option_value = t.proposed AS as_proposed
FROM pg_class c, pg_options_to_table(c.reloptions) o JOIN told t ON t.parameter = o.option_name WHERE c.relname = 'thing_v' ORDER BY 1;
SELECT lists = (SELECT proposed::integer FROM told WHERE parameter = 'lists') AS built FROM qstore.index_info('thing_v');
SELECT * FROM qstore.check_index('thing_v', heap => true);

-- an expression, a part of the rows, another type
CREATE INDEX half ON thing USING synaptic ((v::halfvec(16)) halfvec_l2_ops) WHERE id > 1000;
SELECT parameter, present LIKE '% (chosen by the build)' OR present = '0.95 (qstore.recall)' AS present FROM qstore.tune_index('half', sample => 10, steps => 3) ORDER BY parameter;

-- what is refused
SELECT * FROM qstore.tune_index('thing_pkey');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qstore.tune_index('thing_v', sample => 0);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qstore.tune_index('thing_v', goal => 1.5);
\echo :LAST_ERROR_SQLSTATE
DELETE FROM thing WHERE id > 100;
SELECT * FROM qstore.tune_index('thing_v');
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FROM qstore.tune_index(NULL);
CREATE ROLE tuner;
GRANT SELECT ON thing TO tuner;
SET ROLE tuner;
SELECT * FROM qstore.tune_index('thing_v', apply => true);
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
DROP TABLE thing;
DROP ROLE tuner;
