-- Halfvecs from halfvecs.
SELECT '[1,2,3]'::halfvec + '[4,5,6]' AS sum, '[1,2,3]'::halfvec - '[4,5,6]' AS difference, '[1,2,3]'::halfvec * '[4,5,6]' AS product;
SELECT '[1,2,3]'::halfvec || '[4,5]' AS concatenated;
SELECT '[0,1]'::halfvec * '[6e-8,0]' AS zero_times_anything;
-- Results are rounded to half precision, once: 2048 + 1 and 2048 + 3 lie half way between two halves.
SELECT '[2048,2048,0.1]'::halfvec + '[1,3,0.2]' AS sum, '[2048]'::halfvec - '[0.5]' AS difference, '[1.001,3]'::halfvec * '[1.001,0.3333]' AS product;

-- Parts, counted from 1, as far as they exist.
SELECT start, count, subvector('[1,2,3,4,5]'::halfvec, start, count)
FROM (VALUES (1, 3), (3, 2), (5, 1), (3, 9), (-1, 3), (0, 2), (3, 2147483647), (-2147483644, 2147483647)) AS part(start, count);

-- Normalisation.
SELECT l2_normalize('[3,4]'::halfvec), l2_normalize('[0,-0.1]'::halfvec) AS axis, l2_normalize('[0,0]'::halfvec) AS zero, l2_normalize('[65504]'::halfvec) AS large, l2_normalize('[6e-8]'::halfvec) AS small;

-- Results that are no halfvec.
SELECT '[65504]'::halfvec + '[65504]';
\echo :LAST_ERROR_SQLSTATE
SELECT '[-65504]'::halfvec - '[65504]';
\echo :LAST_ERROR_SQLSTATE
SELECT '[1000]'::halfvec * '[1000]';
\echo :LAST_ERROR_SQLSTATE
SELECT '[1e-4]'::halfvec * '[1e-4]';
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,2]'::halfvec + '[3]';
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,2]'::halfvec - '[3]';
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,2]'::halfvec * '[3]';
\echo :LAST_ERROR_SQLSTATE
SELECT array_fill(0, ARRAY[16000])::halfvec || '[1]';
\echo :LAST_ERROR_SQLSTATE
SELECT subvector('[1,2,3,4,5]'::halfvec, 1, 0);
\echo :LAST_ERROR_SQLSTATE
SELECT subvector('[1,2,3,4,5]'::halfvec, 3, -1);
\echo :LAST_ERROR_SQLSTATE
SELECT subvector('[1,2,3,4,5]'::halfvec, -1, 2);
\echo :LAST_ERROR_SQLSTATE
SELECT subvector('[1,2,3,4,5]'::halfvec, 2147483647, 10);
\echo :LAST_ERROR_SQLSTATE
-- Just below an overflow it is rounded, not refused.
SELECT '[65504]'::halfvec + '[15]' AS rounded_down;
SELECT '[65504]'::halfvec + '[16]' AS rounded_up;
\echo :LAST_ERROR_SQLSTATE
