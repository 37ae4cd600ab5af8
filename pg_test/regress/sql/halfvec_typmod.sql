-- halfvec(n): how it is shown, and where it is enforced.
SELECT format_type('halfvec'::regtype, 3), format_type('halfvec'::regtype, -1);
SELECT '[1,2,3]'::halfvec(3), '[1,2,3]'::halfvec::halfvec(3), '{"[1,2,3]"}'::halfvec(3)[];
SELECT '[1]'::halfvec(1), vector_dims(array_fill(0, ARRAY[16000])::halfvec(16000));
CREATE TABLE fixed (v halfvec(3), any_length halfvec);
INSERT INTO fixed VALUES ('[1,2,3]', '[1]'), (ARRAY[4, 5, 6], ARRAY[1.5, 2.5]);
INSERT INTO fixed VALUES ('[1,2]', NULL);
\echo :LAST_ERROR_SQLSTATE
UPDATE fixed SET v = any_length;
\echo :LAST_ERROR_SQLSTATE
INSERT INTO fixed (v) VALUES ('[1,2]'::halfvec || '[3]');
TABLE fixed;
ALTER TABLE fixed ALTER COLUMN v TYPE halfvec(2);
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,2,3]'::halfvec(2);
\echo :LAST_ERROR_SQLSTATE
SELECT '{"[1,2,3]"}'::halfvec(2)[];
\echo :LAST_ERROR_SQLSTATE

-- A column of vectors becomes one of halfvecs and back, and what is then missing is the precision.
CREATE TABLE converted (v vector(2));
INSERT INTO converted VALUES ('[1.23456,2]'), (NULL);
ALTER TABLE converted ALTER COLUMN v TYPE halfvec(2);
TABLE converted;
ALTER TABLE converted ALTER COLUMN v TYPE vector(2);
TABLE converted;
ALTER TABLE converted ALTER COLUMN v TYPE halfvec(3);
\echo :LAST_ERROR_SQLSTATE

-- Modifiers that are none.
SELECT '[1]'::halfvec(0);
\echo :LAST_ERROR_SQLSTATE
SELECT '[1]'::halfvec(16001);
\echo :LAST_ERROR_SQLSTATE
SELECT '[1]'::halfvec(3, 2);
\echo :LAST_ERROR_SQLSTATE
SELECT '[1]'::halfvec('a');
\echo :LAST_ERROR_SQLSTATE
DROP TABLE fixed, converted;
