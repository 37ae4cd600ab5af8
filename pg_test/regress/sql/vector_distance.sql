-- Distances and measures; the numbers are chosen so that every kernel gives them exactly.
SELECT l2_distance('[0,0]'::vector, '[3,4]'), '[0,0]'::vector <-> '[3,4]' AS op, vector_l2_squared_distance('[0,0]', '[3,4]') AS squared;
SELECT inner_product('[1,2]'::vector, '[3,4]'), '[1,2]'::vector <#> '[3,4]' AS op, vector_negative_inner_product('[1,2]', '[3,4]') AS negative;
SELECT cosine_distance('[1,2]'::vector, '[2,4]'), cosine_distance('[1,0]'::vector, '[0,2]') AS orthogonal, '[1,1]'::vector <=> '[-1,-1]' AS opposite;
SELECT l1_distance('[0,0]'::vector, '[3,-4]'), '[0,0]'::vector <+> '[3,-4]' AS op;
SELECT vector_dims('[1,2,3]'::vector), vector_norm('[3,4]');
-- The angle as a part of pi, for vectors of norm 1; a product beyond 1 is taken for 1.
SELECT vector_spherical_distance('[1,0]', '[1,0]') AS same, vector_spherical_distance('[1,0]', '[0,1]') AS orthogonal,
       vector_spherical_distance('[1,0]', '[-1,0]') AS opposite, vector_spherical_distance('[3,4]', '[3,4]') AS longer;
SELECT round(vector_spherical_distance('[1,0,0]', '[0.5,0.8660254,0]')::numeric, 6) AS third;

-- Every length up to 70, so that whatever a kernel does at the end of a vector is covered: 0..n-1 against 1..n.
SELECT count(*) FROM generate_series(1, 70) AS n,
  LATERAL (SELECT array_agg(i - 1 ORDER BY i)::vector AS a, array_agg(i ORDER BY i)::vector AS b FROM generate_series(1, n) AS i) AS pair
WHERE a <-> b <> sqrt(n) OR a <+> b <> n OR a <#> b <> -(n - 1) * n * (n + 1) / 3 OR vector_l2_squared_distance(a, b) <> n
   OR abs((b <=> b * b) - (1 - (n * (n + 1) / 2.0) ^ 2 / sqrt(n * (n + 1) * (2 * n + 1) / 6.0
        * (SELECT sum(i ^ 4) FROM generate_series(1, n) AS i)))) > 1e-5;

-- Cosine stays within 0 to 2 whatever the rounding, and has no value for a vector without direction.
SELECT cosine_distance('[1,1]'::vector, '[1.1,1.1]'), cosine_distance('[1,1]'::vector, '[-1.1,-1.1]');
SELECT count(*) FROM generate_series(1, 1000) AS i, LATERAL (SELECT ARRAY[i / 7.0, i / 11.0, i / 13.0]::vector AS v) AS t
WHERE NOT (v <=> v) BETWEEN 0 AND 1e-6 OR NOT (v <=> v * '[-1,-1,-1]') BETWEEN 2 - 1e-6 AND 2;
SELECT cosine_distance('[1,2]'::vector, '[0,0]');

-- Too large for single precision: infinite, not an error, so that a scan over other rows goes on.
SELECT l2_distance('[3e38]'::vector, '[-3e38]'), inner_product('[3e38]'::vector, '[3e38]'), l1_distance('[3e38]'::vector, '[-3e38]'), cosine_distance('[3e38]'::vector, '[3e38]');
-- The norm is summed in double precision.
SELECT vector_norm('[3e37,4e37]')::real, vector_norm('[0,0]'), vector_norm('[3e38,3e38]') BETWEEN 4.24e38 AND 4.25e38 AS large;

-- NULL in, NULL out.
SELECT NULL::vector <-> '[1]', '[1]'::vector <=> NULL, vector_norm(NULL), vector_dims(NULL::vector);

-- Nearest first.
SELECT v FROM unnest('{"[5,5]", "[1,1]", NULL, "[3,3]"}'::vector[]) AS v ORDER BY v <-> '[2.5,2.5]', v;

-- Different dimensions.
SELECT '[1,2]'::vector <-> '[3]';
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,2]'::vector <#> '[3]';
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,2]'::vector <=> '[3]';
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,2]'::vector <+> '[3]';
\echo :LAST_ERROR_SQLSTATE
SELECT vector_spherical_distance('[1,2]', '[3]');
\echo :LAST_ERROR_SQLSTATE
