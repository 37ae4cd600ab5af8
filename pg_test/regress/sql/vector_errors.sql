-- Text that is no vector: each with its SQLSTATE, and the session goes on.
SELECT ''::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '1,2,3'::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '['::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[ '::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,2,3'::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,2, '::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[,'::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[,]'::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,]'::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,,3]'::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[1, ,3]'::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[hello,1]'::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[1a]'::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[1e]'::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[1 2]'::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[- 1]'::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[.]'::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[0x10]'::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,2,3]9'::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[1]]'::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[[1]]'::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1,2}'::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[]'::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[ ]'::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[NaN,1]'::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,-nan]'::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[Infinity,1]'::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,-inf]'::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[4e38,1]'::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,-1e999]'::vector;
\echo :LAST_ERROR_SQLSTATE
-- Bytes outside ASCII are quoted whole.
SELECT '[1,größer]'::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT 'größer'::vector;
\echo :LAST_ERROR_SQLSTATE
-- An overlong text is refused without being repeated at length.
SELECT ('[' || repeat('0.5,', 16000) || '1]')::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT ('[' || repeat('1', 1000000) || ']')::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT repeat('x', 1000000)::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT repeat('é', 1000000)::vector;
\echo :LAST_ERROR_SQLSTATE
-- Long, but a vector.
SELECT ('[' || repeat(' ', 1000000) || repeat('0', 1000000) || '1]')::vector;
-- Errors in a transaction end it, not the connection; a savepoint saves it.
BEGIN;
CREATE TEMP TABLE kept (v vector(2));
INSERT INTO kept VALUES ('[1,2]');
SAVEPOINT before;
INSERT INTO kept VALUES ('[1,2,3]');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO before;
INSERT INTO kept VALUES ('[3,4]');
COMMIT;
TABLE kept;
-- Many errors in one session, each caught: nothing wears out.
DO $$
DECLARE caught int := 0;
BEGIN
    FOR i IN 1 .. 2000 LOOP
        BEGIN
            PERFORM '[1,2]'::vector <-> '[1]';
        EXCEPTION WHEN data_exception THEN
            caught := caught + 1;
        END;
    END LOOP;
    RAISE NOTICE 'caught %', caught;
END $$;
