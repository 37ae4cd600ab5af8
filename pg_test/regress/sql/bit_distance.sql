-- Distances between bit strings of equal length, of type bit as of varbit.
SELECT a, b, hamming_distance(a, b), round(jaccard_distance(a, b)::numeric, 5) AS jaccard, a <~> b AS "<~>", round((a <%> b)::numeric, 5) AS "<%>"
FROM (VALUES (B'111', B'111'), (B'111', B'110'), (B'111', B'100'), (B'111', B'000'), (B'1111', B'1000'), (B'1100', B'1000'), (B'0000', B'0000'), (B'', B''),
             (B'10101010101010101010', B'01010101010101010101'), (NULL, B'1')) AS pair(a, b);
SELECT hamming_distance('111', '000'::varbit(4)), jaccard_distance('1111', '0000'::varbit(5)), B'101'::bit(3) <~> B'011'::bit varying, '10'::varbit <%> '11'::varbit;

-- Of every length around the widths of registers, against bits counted one by one.
SELECT setseed(0.125);
CREATE TEMP TABLE pair AS
SELECT n, string_agg((random() < 0.5)::int::text, '')::varbit AS a, string_agg((random() < 0.3)::int::text, '')::varbit AS b FROM generate_series(1, 1100) AS n, generate_series(1, n) GROUP BY n;
SELECT count(*) AS pairs, count(*) FILTER (WHERE a <~> b <> length(replace((a # b)::text, '0', ''))) AS hamming,
       count(*) FILTER (WHERE a <%> b <> CASE WHEN shared = 0 THEN 1 ELSE 1 - shared / length(replace((a | b)::text, '0', ''))::float8 END) AS jaccard
FROM pair, LATERAL (SELECT length(replace((a & b)::text, '0', '')) AS shared) AS s;
-- Stored out of line and compressed.
CREATE TABLE stored (id int, v bit varying);
INSERT INTO stored VALUES (1, repeat('10', 40000)::varbit), (2, repeat('01', 40000)::varbit), (3, repeat('1', 80000)::varbit);
SELECT a.id, b.id, a.v <~> b.v AS hamming, a.v <%> b.v AS jaccard FROM stored a JOIN stored b ON a.id < b.id ORDER BY 1, 2;
DROP TABLE stored;

-- A sequential scan orders by distance.
SELECT v FROM unnest(ARRAY[B'0110', B'1111', B'0100', B'0000']) AS v ORDER BY v <~> B'0111', v;

-- Different lengths.
SELECT hamming_distance('111', '00');
\echo :LAST_ERROR_SQLSTATE
SELECT hamming_distance('111', '0000'::varbit(4));
\echo :LAST_ERROR_SQLSTATE
SELECT jaccard_distance('1111', '000');
\echo :LAST_ERROR_SQLSTATE
SELECT jaccard_distance('1111', '00000'::varbit(5));
\echo :LAST_ERROR_SQLSTATE
SELECT B'1' <~> B'';
\echo :LAST_ERROR_SQLSTATE
SELECT B'1' <%> B'';
\echo :LAST_ERROR_SQLSTATE
