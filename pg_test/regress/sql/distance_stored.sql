-- Distances between values however they are stored: one scan meets all forms, in any order and more than once.
CREATE TABLE stored (id int, form text, dims int, v vector, h halfvec);
-- Short values get a header of one byte, longer ones lie in the row as they are.
INSERT INTO stored SELECT i, CASE WHEN n = 5 THEN 'short' ELSE 'plain' END, n, array_fill(i, ARRAY[n])::vector, array_fill(i, ARRAY[n])::vector::halfvec
  FROM unnest('{5,100}'::int[]) AS n, generate_series(1, 20) AS i;
-- Out of line.
INSERT INTO stored SELECT i, 'external', 3000, array_fill(i, ARRAY[3000])::vector, array_fill(i, ARRAY[3000])::vector::halfvec FROM generate_series(1, 20) AS i;
-- Compressed in the row.
ALTER TABLE stored ALTER v SET STORAGE main, ALTER h SET STORAGE main;
INSERT INTO stored SELECT i, 'compressed', 3000, array_fill(i, ARRAY[3000])::vector, array_fill(i, ARRAY[3000])::vector::halfvec FROM generate_series(1, 20) AS i;
INSERT INTO stored VALUES (0, 'null', 5, NULL, NULL);
SELECT form, dims, count(*), max(pg_column_size(v)) FILTER (WHERE form <> 'compressed') AS vector_bytes,
       max(pg_column_size(h)) FILTER (WHERE form <> 'compressed') AS halfvec_bytes,
       count(pg_column_compression(v)) AS compressed
  FROM stored WHERE v IS NOT NULL GROUP BY form, dims ORDER BY dims, form;

-- Of each pair of equal length: components i and j, so distances are known. The pairs of different forms come one after another.
SELECT a.dims, count(*),
       count(*) FILTER (WHERE a.v <+> b.v = abs(a.id - b.id) * a.dims) AS l1,
       count(*) FILTER (WHERE abs((a.v <-> b.v) - abs(a.id - b.id) * sqrt(a.dims)) < 1e-4) AS l2,
       count(*) FILTER (WHERE a.v <#> b.v = - a.id * b.id * a.dims) AS ip,
       count(*) FILTER (WHERE abs(a.v <=> b.v) < 1e-6) AS cosine,
       count(*) FILTER (WHERE a.h <+> b.h = abs(a.id - b.id) * a.dims) AS half_l1,
       count(*) FILTER (WHERE abs((a.h <-> b.h) - abs(a.id - b.id) * sqrt(a.dims)) < 1e-4) AS half_l2,
       count(*) FILTER (WHERE a.h <#> b.h = - a.id * b.id * a.dims) AS half_ip,
       count(*) FILTER (WHERE abs(a.h <=> b.h) < 1e-6) AS half_cosine
  FROM stored AS a JOIN stored AS b ON a.dims = b.dims AND a.v IS NOT NULL AND b.v IS NOT NULL
 GROUP BY a.dims ORDER BY a.dims;
SELECT v <-> '[1,1,1,1,1]' AS from_null, h <=> '[1,1,1,1,1]' AS half_from_null FROM stored WHERE form = 'null';

-- An error in the middle of a scan ends the statement and nothing else.
SELECT sum(v <-> array_fill(1, ARRAY[100])::vector) FROM stored WHERE dims IN (100, 3000);
\echo :LAST_ERROR_SQLSTATE
DO $$
DECLARE row stored; failed int := 0; total float8 := 0;
BEGIN
  FOR row IN SELECT * FROM stored WHERE v IS NOT NULL ORDER BY id, dims, form LOOP
    BEGIN
      total := total + (row.h <+> array_fill(0, ARRAY[100])::vector::halfvec);
    EXCEPTION WHEN data_exception THEN
      failed := failed + 1;
    END;
  END LOOP;
  RAISE NOTICE '% failed, sum of the others %', failed, total;
END $$;

-- Both arguments move, and more than one distance a row.
SELECT sum(v <-> v), sum(h <+> h), sum((v <#> v) + dims * id * id) FROM stored;
-- In an order of its own.
SELECT array_agg(id ORDER BY v <-> '[7,7,7,7,7]', id) FROM stored WHERE form = 'short';
DROP TABLE stored;
