-- sparsevec(n): how it is shown, and where it is enforced.
SELECT format_type('sparsevec'::regtype, 3), format_type('sparsevec'::regtype, -1);
SELECT '{}/3'::sparsevec(3);
SELECT '{1:1}/3'::sparsevec::sparsevec(3);
SELECT '{"{1:1}/3"}'::sparsevec(3)[];
SELECT '{}/1000000000'::sparsevec(1000000000);

CREATE TABLE fixed (v sparsevec(3), any_dimensions sparsevec);
\d fixed
INSERT INTO fixed VALUES ('{1:1}/3', '{}/1'), (ARRAY[4, 0, 6], ARRAY[1.5, 2.5]), ('[1,0,2]'::vector, '[1]'::halfvec);
INSERT INTO fixed VALUES ('{1:1}/2', NULL);
INSERT INTO fixed SELECT any_dimensions, NULL FROM fixed;
UPDATE fixed SET v = any_dimensions;
TABLE fixed;

-- To another modifier values are checked row by row.
ALTER TABLE fixed ALTER COLUMN v TYPE sparsevec;
ALTER TABLE fixed ALTER COLUMN v TYPE sparsevec(3);
ALTER TABLE fixed ALTER COLUMN v TYPE sparsevec(2);
\echo :LAST_ERROR_SQLSTATE
SELECT '{}/3'::sparsevec(2);
\echo :LAST_ERROR_SQLSTATE
SELECT '{"{}/3"}'::sparsevec(2)[];
\echo :LAST_ERROR_SQLSTATE
SELECT '{1,2,3}'::real[]::sparsevec(2);
\echo :LAST_ERROR_SQLSTATE
SELECT NULL::sparsevec(2);

-- Modifiers that are none.
SELECT '{}/3'::sparsevec(0);
\echo :LAST_ERROR_SQLSTATE
SELECT '{}/3'::sparsevec(-1);
\echo :LAST_ERROR_SQLSTATE
SELECT '{}/3'::sparsevec(1000000001);
\echo :LAST_ERROR_SQLSTATE
SELECT '{}/3'::sparsevec(3, 2);
\echo :LAST_ERROR_SQLSTATE
SELECT '{}/3'::sparsevec('a');
\echo :LAST_ERROR_SQLSTATE
DROP TABLE fixed;
