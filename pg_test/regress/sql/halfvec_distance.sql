-- Distances and measures; the numbers are chosen so that every kernel gives them exactly.
SELECT l2_distance('[0,0]'::halfvec, '[3,4]'), '[0,0]'::halfvec <-> '[3,4]' AS op, halfvec_l2_squared_distance('[0,0]', '[3,4]') AS squared;
SELECT inner_product('[1,2]'::halfvec, '[3,4]'), '[1,2]'::halfvec <#> '[3,4]' AS op, halfvec_negative_inner_product('[1,2]', '[3,4]') AS negative;
SELECT cosine_distance('[1,2]'::halfvec, '[2,4]'), cosine_distance('[1,0]'::halfvec, '[0,2]') AS orthogonal, '[1,1]'::halfvec <=> '[-1,-1]' AS opposite;
SELECT l1_distance('[0,0]'::halfvec, '[3,-4]'), '[0,0]'::halfvec <+> '[3,-4]' AS op;
SELECT vector_dims('[1,2,3]'::halfvec), l2_norm('[3,4]'::halfvec), l2_norm('[0,0]'::halfvec) AS zero, l2_norm('[6e-8,8e-8]'::halfvec)::real AS small;
SELECT halfvec_spherical_distance('[1,0]', '[1,0]') AS same, halfvec_spherical_distance('[1,0]', '[0,1]') AS orthogonal,
       halfvec_spherical_distance('[1,0]', '[-1,0]') AS opposite, halfvec_spherical_distance('[3,4]', '[3,4]') AS longer;

-- Every length up to 70, so that whatever a kernel does at the end of a vector is covered: 0..n-1 against 1..n.
SELECT count(*) FROM generate_series(1, 70) AS n,
  LATERAL (SELECT array_agg(i - 1 ORDER BY i)::halfvec AS a, array_agg(i ORDER BY i)::halfvec AS b FROM generate_series(1, n) AS i) AS pair
WHERE a <-> b <> sqrt(n) OR a <+> b <> n OR a <#> b <> -(n - 1) * n * (n + 1) / 3 OR halfvec_l2_squared_distance(a, b) <> n
   OR (a <=> b) <> (a::vector <=> b::vector) AND abs((a <=> b) - (a::vector <=> b::vector)) > 1e-6;

-- The same as over the vectors of the same components, within the rounding of sums in single precision.
SELECT setseed(0.25);
CREATE TEMP TABLE pair AS
SELECT n, array_agg(random() * 2 - 1)::halfvec AS a, array_agg(random() * 2 - 1)::halfvec AS b
FROM generate_series(1, 300) AS n, generate_series(1, n) GROUP BY n;
SELECT count(*) FROM pair, LATERAL (SELECT a::vector AS x, b::vector AS y) AS wide
WHERE abs((a <-> b) - (x <-> y)) > 1e-5 * (x <-> y) OR abs((a <#> b) - (x <#> y)) > 1e-5 * n
   OR abs((a <+> b) - (x <+> y)) > 1e-5 * (x <+> y) OR abs((a <=> b) - (x <=> y)) > 1e-5
   OR abs(l2_norm(a) - vector_norm(x)) > 1e-12 * n;

-- Cosine stays within 0 to 2 whatever the rounding, and has no value for a vector without direction.
SELECT cosine_distance('[1,1]'::halfvec, '[1.1,1.1]'), cosine_distance('[1,1]'::halfvec, '[-1.1,-1.1]'), cosine_distance('[1,2]'::halfvec, '[0,0]');
-- Sums are wider than halves: nothing overflows.
SELECT inner_product('[65504]'::halfvec, '[65504]'), '[65504]'::halfvec <-> '[-65504]' AS l2, array_fill(65504, ARRAY[16000])::halfvec <+> array_fill(-65504, ARRAY[16000])::halfvec AS l1;

-- NULL in, NULL out.
SELECT NULL::halfvec <-> '[1]', '[1]'::halfvec <=> NULL, l2_norm(NULL::halfvec), vector_dims(NULL::halfvec);

-- A vector is compared with a halfvec as a halfvec: the cast that way is implicit.
SELECT '[1,2]'::vector <-> '[1,3]'::halfvec AS mixed, '[2049]'::vector <-> '[2048]'::halfvec AS rounded, pg_typeof(v) FROM (SELECT '[1]'::vector + '[2]'::halfvec) AS t(v);

-- Different dimensions.
SELECT '[1,2]'::halfvec <-> '[3]';
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,2]'::halfvec <#> '[3]';
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,2]'::halfvec <=> '[3]';
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,2]'::halfvec <+> '[3]';
\echo :LAST_ERROR_SQLSTATE
SELECT halfvec_l2_squared_distance('[1,2]', '[3]');
\echo :LAST_ERROR_SQLSTATE
SELECT halfvec_spherical_distance('[1,2]', '[3]');
\echo :LAST_ERROR_SQLSTATE
