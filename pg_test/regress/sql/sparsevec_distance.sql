-- Distances, as functions and as operators.
SELECT a, b, l2_distance(a, b) AS l2, round(inner_product(a, b)::numeric, 5) AS ip, round(cosine_distance(a, b)::numeric, 5) AS cosine, l1_distance(a, b) AS l1
FROM (VALUES ('{}/2'::sparsevec, '{1:3,2:4}/2'::sparsevec), ('{1:3}/2', '{2:4}/2'), ('{2:4}/2', '{1:3}/2'), ('{1:3,2:4}/2', '{}/2'), ('{}/2', '{2:1}/2'), ('{}/2', '{}/2'),
             ('{1:1,2:2}/2', '{1:2,2:4}/2'), ('{1:1,3:3}/4', '{2:2,4:4}/4'), ('{2:2,4:4}/4', '{1:1,3:3}/4'), ('{1:1,3:3,5:5}/5', '{2:4,3:6,4:8}/5'),
             ('{1:1,3:3,5:5,7:7,9:9}/9', '{2:2,4:4,6:6,8:8}/9'), ('{1:1,2:1}/2', '{1:-1,2:-1}/2'), (NULL, '{}/1')) AS pair(a, b);
SELECT '{}/2'::sparsevec <-> '{1:3,2:4}/2' AS l2, '{1:1,2:2}/2'::sparsevec <#> '{1:3,2:4}/2' AS ip, '{1:1,2:2}/2'::sparsevec <=> '{1:2,2:4}/2' AS cosine, '{}/2'::sparsevec <+> '{1:3,2:4}/2' AS l1;
SELECT sparsevec_l2_squared_distance('{1:1}/3', '{3:2}/3'), sparsevec_negative_inner_product('{1:2,3:1}/3', '{1:4}/3');

-- The direction of what has none, and rounding.
SELECT cosine_distance('{1:1,2:1}/2'::sparsevec, '{1:1.1,2:1.1}/2'), cosine_distance('{1:1,2:1}/2'::sparsevec, '{1:-1.1,2:-1.1}/2'), cosine_distance('{1:1}/1'::sparsevec, '{}/1');
-- Overflow of the single-precision sums.
SELECT inner_product('{1:3e38}/1'::sparsevec, '{1:3e38}/1'), l2_distance('{1:3e38}/1'::sparsevec, '{1:-3e38}/1'), l1_distance('{1:3e38}/1'::sparsevec, '{1:-3e38}/1'), cosine_distance('{1:3e38}/1'::sparsevec, '{1:3e38}/1');

-- Norm and normalisation, in double precision.
SELECT l2_norm('{1:3,2:4}/2'::sparsevec), l2_norm('{}/2'::sparsevec), l2_norm('{1:3e37,2:4e37}/2'::sparsevec)::real, l2_norm('{7:3e-40,9:4e-40}/9'::sparsevec)::real;
SELECT l2_normalize('{1:3,2:4}/2'::sparsevec), l2_normalize('{2:0.1}/2'::sparsevec), l2_normalize('{}/2'::sparsevec), l2_normalize('{1:3e38}/1'::sparsevec), l2_normalize('{1:1e-45}/1'::sparsevec);
-- Elements beside which nothing is left of them are dropped.
SELECT l2_normalize('{1:3e38,2:1e-37}/2'::sparsevec), l2_normalize('{2:3e37,4:3e-37,6:4e37,8:4e-37}/9'::sparsevec);

-- Different dimensions.
SELECT '{1:1,2:2}/2'::sparsevec <-> '{1:3}/1';
\echo :LAST_ERROR_SQLSTATE
SELECT '{1:1,2:2}/2'::sparsevec <#> '{1:3}/1';
\echo :LAST_ERROR_SQLSTATE
SELECT '{1:1,2:2}/2'::sparsevec <=> '{1:3}/1';
\echo :LAST_ERROR_SQLSTATE
SELECT '{1:1,2:2}/2'::sparsevec <+> '{1:3}/1';
\echo :LAST_ERROR_SQLSTATE
SELECT sparsevec_l2_squared_distance('{}/2', '{}/1');
\echo :LAST_ERROR_SQLSTATE
SELECT sparsevec_negative_inner_product('{}/2', '{}/1');
\echo :LAST_ERROR_SQLSTATE

-- Sparse and dense agree, whatever the overlap of elements (numbers small enough for exact sums).
SELECT setseed(0.25);
CREATE TEMP TABLE pair AS
SELECT n, a::sparsevec AS a, b::sparsevec AS b, a AS dense_a, b AS dense_b
FROM (SELECT n, array_agg(CASE WHEN random() < fill THEN floor(random() * 16 - 8) ELSE 0 END)::vector AS a, array_agg(CASE WHEN random() < fill THEN floor(random() * 16 - 8) ELSE 0 END)::vector AS b
      FROM generate_series(1, 300) AS n, LATERAL (SELECT n % 11 / 10.0 AS fill) AS f, generate_series(1, 1 + n % 70) AS i GROUP BY n) AS t;
SELECT count(*) AS pairs, count(*) FILTER (WHERE a <-> b <> dense_a <-> dense_b) AS l2, count(*) FILTER (WHERE a <#> b <> dense_a <#> dense_b) AS ip,
       count(*) FILTER (WHERE a <+> b <> dense_a <+> dense_b) AS l1, count(*) FILTER (WHERE (a <=> b) IS DISTINCT FROM dense_a <=> dense_b) AS cosine,
       count(*) FILTER (WHERE l2_norm(a) <> vector_norm(dense_a)) AS norm, count(*) FILTER (WHERE l2_normalize(a)::vector <> l2_normalize(dense_a)) AS normalized,
       count(*) FILTER (WHERE a <=> b = 'NaN') > 0 AS some_without_direction
FROM pair;
