-- Vectors from vectors.
SELECT '[1,2,3]'::vector + '[4,5,6]' AS sum, '[1,2,3]'::vector - '[4,5,6]' AS difference, '[1,2,3]'::vector * '[4,5,6]' AS product;
SELECT '[1,2,3]'::vector || '[4,5]' AS concatenated;
SELECT '[0,1]'::vector * '[1e-30,0]' AS zero_times_anything;

-- Parts, counted from 1, as far as they exist.
SELECT start, count, subvector('[1,2,3,4,5]'::vector, start, count)
FROM (VALUES (1, 3), (3, 2), (5, 1), (3, 9), (-1, 3), (0, 2), (3, 2147483647), (-2147483644, 2147483647)) AS part(start, count);

-- Normalisation.
SELECT l2_normalize('[3,4]'::vector), l2_normalize('[0,-0.1]'::vector) AS axis, l2_normalize('[0,0]'::vector) AS zero, l2_normalize('[3e38]'::vector) AS large, l2_normalize('[1e-45]'::vector) AS small;

-- Results that are no vector.
SELECT '[3e38]'::vector + '[3e38]';
\echo :LAST_ERROR_SQLSTATE
SELECT '[-3e38]'::vector - '[3e38]';
\echo :LAST_ERROR_SQLSTATE
SELECT '[1e37]'::vector * '[1e37]';
\echo :LAST_ERROR_SQLSTATE
SELECT '[1e-37]'::vector * '[1e-37]';
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,2]'::vector + '[3]';
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,2]'::vector - '[3]';
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,2]'::vector * '[3]';
\echo :LAST_ERROR_SQLSTATE
SELECT array_fill(0, ARRAY[16000])::vector || '[1]';
\echo :LAST_ERROR_SQLSTATE
SELECT subvector('[1,2,3,4,5]'::vector, 1, 0);
\echo :LAST_ERROR_SQLSTATE
SELECT subvector('[1,2,3,4,5]'::vector, 3, -1);
\echo :LAST_ERROR_SQLSTATE
SELECT subvector('[1,2,3,4,5]'::vector, -1, 2);
\echo :LAST_ERROR_SQLSTATE
SELECT subvector('[1,2,3,4,5]'::vector, 2147483647, 10);
\echo :LAST_ERROR_SQLSTATE
