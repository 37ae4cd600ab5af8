-- The strand store: each chunk once, back byte for byte, freed when nothing uses it
\set SHOW_CONTEXT never
\set VERBOSITY default
SELECT setval('_qstore.dna_object_ref', 100), setval('_qstore.dna_strand_id', 1000);

CREATE TABLE stored (name text PRIMARY KEY, raw bytea, ref dna_ref);
INSERT INTO stored SELECT 'base', string_agg(sha512(i::text::bytea), '' ORDER BY i) FROM generate_series(1, 3000) AS i;
INSERT INTO stored SELECT 'edited', overlay(raw PLACING '\xdeadbeef' FROM 90001 FOR 2) FROM stored WHERE name = 'base';
INSERT INTO stored VALUES ('empty', ''), ('short', 'abc'), ('zeros', decode(repeat('00', 300000), 'hex'));
UPDATE stored SET ref = dna_store(raw);
SELECT name, dna_retrieve(ref) = raw AS same FROM stored ORDER BY name;

-- an edit costs the chunks it touches; the same content again costs none
SELECT objects, raw_bytes, unused_strands, ratio > 1 AS smaller FROM dna_storage_stats();
SELECT count(*) AS strands FROM _qstore.dna_strand \gset before_
SELECT dna_store(raw) AS second FROM stored WHERE name = 'base' \gset
SELECT count(*) - :before_strands AS new_strands FROM _qstore.dna_strand;
SELECT count(*) < 6 AS few_more FROM (
    SELECT address FROM _qstore.dna_chunks((SELECT raw FROM stored WHERE name = 'edited')) EXCEPT SELECT address FROM _qstore.dna_chunks((SELECT raw FROM stored WHERE name = 'base'))) AS new;
SELECT encode(_qstore.dna_address(''), 'hex') AS sha3_of_nothing;

-- deletion is transactional, and what another reference uses stays
BEGIN;
SELECT dna_delete(:second);
ROLLBACK;
SELECT length(dna_retrieve(:second));
SELECT dna_delete(:second);
SELECT dna_retrieve(:second);
\echo :LAST_ERROR_SQLSTATE
SELECT dna_delete(:second);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM dna_collect_garbage();
SELECT bool_and(dna_retrieve(ref) = raw) AS same FROM stored;
SELECT dna_delete(ref) FROM stored WHERE name = 'zeros';
SELECT unused_strands > 0 AS unused FROM dna_storage_stats();
SELECT strands > 0 AS freed, strand_bytes > 0 AS bytes FROM dna_collect_garbage();
SELECT unused_strands FROM dna_storage_stats();
DELETE FROM stored WHERE name = 'zeros';
SELECT bool_and(dna_retrieve(ref) = raw) AS same FROM stored;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT * FROM dna_collect_garbage();
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;

-- what is like a chunk that is there is kept as the difference; its base stays as long as it is needed, though no reference names it
SELECT similar_strands FROM dna_storage_stats();
SELECT s.base IS NOT NULL AS difference, pg_column_size(s.strand) < 300 AS small, b.base IS NULL AS base_is_whole
FROM _qstore.dna_strand AS s JOIN _qstore.dna_strand AS b ON b.id = s.base;
BEGIN;
SELECT dna_delete(ref) FROM stored WHERE name = 'base';
SELECT strands FROM dna_collect_garbage() \gset
SELECT :strands AS freed, count(*) AS differences FROM _qstore.dna_strand WHERE base IS NOT NULL;
SELECT name, dna_retrieve(ref) = raw AS same FROM stored WHERE name = 'edited';
SELECT dna_delete(ref) FROM stored WHERE name = 'edited';
SELECT strands > 0 AS freed FROM dna_collect_garbage();
SELECT count(*) FROM _qstore.dna_strand WHERE base IS NOT NULL;
ROLLBACK;
BEGIN;
DELETE FROM _qstore.dna_strand WHERE id = (SELECT base FROM _qstore.dna_strand WHERE base IS NOT NULL);
SELECT dna_retrieve(ref) FROM stored WHERE name = 'edited';
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;

-- damage: found, read around, repaired; no user can make it: a superuser takes bytes for a dna unread
CREATE CAST (bytea AS dna) WITHOUT FUNCTION;
UPDATE _qstore.dna_strand SET strand = overlay(dna_send(strand) PLACING '\x0000000000000000' FROM 30)::dna WHERE id = 1001;
DROP CAST (bytea AS dna);
SET client_min_messages = error;
SELECT dna_retrieve(ref) = raw AS same FROM stored WHERE name = 'base';
RESET client_min_messages;
SELECT * FROM dna_repair_store();
SELECT * FROM dna_repair_store();

-- whose it is
CREATE ROLE dna_stranger;
SET ROLE dna_stranger;
SELECT dna_retrieve(101);
\echo :LAST_ERROR_SQLSTATE
SELECT dna_delete(101);
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FROM _qstore.dna_object;
\echo :LAST_ERROR_SQLSTATE
SELECT dna_store('my own') AS own \gset
SELECT convert_from(dna_retrieve(:own), 'UTF8');
RESET ROLE;

-- a lost strand is an error that names it
DELETE FROM _qstore.dna_strand WHERE id = 1002;
SELECT dna_retrieve(ref) FROM stored WHERE name = 'base';
\echo :LAST_ERROR_SQLSTATE
SELECT convert_from(dna_retrieve(ref), 'UTF8') FROM stored WHERE name = 'short';
DROP TABLE stored;
DELETE FROM _qstore.dna_object;
DELETE FROM _qstore.dna_strand;
DROP ROLE dna_stranger;
