-- vector(n): how it is shown, and where it is enforced.
SELECT format_type('vector'::regtype, 3), format_type('vector'::regtype, -1);
SELECT '[1,2,3]'::vector(3);
SELECT '[1,2,3]'::vector::vector(3);
SELECT '{"[1,2,3]"}'::vector(3)[];
SELECT '[1]'::vector(1), vector_dims(array_fill(0, ARRAY[16000])::vector(16000));

CREATE TABLE fixed (v vector(3), any_length vector);
\d fixed
INSERT INTO fixed VALUES ('[1,2,3]', '[1]'), (ARRAY[4, 5, 6], ARRAY[1.5, 2.5]);
INSERT INTO fixed VALUES ('[1,2]', NULL);
INSERT INTO fixed SELECT any_length, NULL FROM fixed;
UPDATE fixed SET v = any_length;
INSERT INTO fixed (v) VALUES ('[1,2]'::vector || '[3]');
TABLE fixed;

-- An assignment between equal modifiers is no rewrite; to another one it is checked row by row.
ALTER TABLE fixed ALTER COLUMN v TYPE vector;
ALTER TABLE fixed ALTER COLUMN v TYPE vector(3);
ALTER TABLE fixed ALTER COLUMN v TYPE vector(2);
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,2,3]'::vector(2);
\echo :LAST_ERROR_SQLSTATE
SELECT '{"[1,2,3]"}'::vector(2)[];
\echo :LAST_ERROR_SQLSTATE
SELECT '{1,2,3}'::real[]::vector(2);
\echo :LAST_ERROR_SQLSTATE
SELECT NULL::vector(2);

-- Modifiers that are none.
SELECT '[1]'::vector(0);
\echo :LAST_ERROR_SQLSTATE
SELECT '[1]'::vector(-1);
\echo :LAST_ERROR_SQLSTATE
SELECT '[1]'::vector(16001);
\echo :LAST_ERROR_SQLSTATE
SELECT '[1]'::vector(3, 2);
\echo :LAST_ERROR_SQLSTATE
SELECT '[1]'::vector('a');
\echo :LAST_ERROR_SQLSTATE
DROP TABLE fixed;
