-- Conditions on filter columns of every kind of type: a scan of the index answers as the table does.
\set VERBOSITY terse
CREATE TYPE mood AS ENUM ('low', 'middle', 'high');
CREATE DOMAIN small AS integer CHECK (VALUE < 1000);
CREATE TABLE things (id int, embedding vector(3), i2 int2, i4 int4, i8 int8, f4 float4, f8 float8, n numeric, b boolean, c "char", o oid,
    t text, v varchar(20), p char(5), y bytea, d date, ts timestamp, tz timestamptz, tm time, iv interval, m money, u uuid, e mood,
    a int[], r int4range, ip inet, dm small, nm name, bt bit(3));
INSERT INTO things
SELECT i, CASE WHEN i % 50 <> 0 THEN format('[%s,%s,1]', i % 17, i % 23)::vector END, k - 3, k - 3, (k - 3) * 10000000000, (ARRAY['NaN', '-1.5', '-0', '0', '2.5', 'Infinity', NULL])[1 + k]::float4,
    (ARRAY['NaN', '-1.5', '-0', '0', '2.5', '-Infinity', NULL])[1 + k]::float8, (ARRAY['NaN', '-1e200', '0.1', '0.10000000000000000001', '2.5', '1e400', NULL])[1 + k]::numeric,
    nullif(k, 6) % 2 = 0, chr(65 + k)::"char", (4294967290 + k % 6)::oid,
    (ARRAY['', 'a', 'A', 'ä', 'it''s', 'zz', NULL])[1 + k], 'v' || k, 'p' || k, decode(lpad(to_hex(k), 2, '0'), 'hex'),
    date '2000-01-01' + 1000 * (k - 3), timestamp '2000-01-01' + (k - 3) * interval '1 hour', timestamptz '2000-01-01 00:00 UTC' + (k - 3) * interval '1 hour', time '12:00' + k * interval '1 minute',
    k * interval '1 day', ((k - 3) * 1.5)::numeric::money, md5(k::text)::uuid, (ARRAY['low', 'middle', 'high', 'low', 'middle', 'high', NULL])[1 + k]::mood,
    ARRAY[k, NULL, 3], int4range(k, k + 3), ('10.0.0.' || k)::inet, k * 100, ('n' || k)::name, k::bit(3)
FROM (SELECT i, i % 7 AS k FROM generate_series(1, 700) i) s;
-- column, conditions to put behind its name
CREATE TABLE conditions (col text, condition text);
INSERT INTO conditions
SELECT col, condition FROM (VALUES
    ('i2', 'int2', '1'), ('i4', 'int4', '1'), ('i8', 'int8', '10000000000'), ('f4', 'float4', '''0'''), ('f8', 'float8', '''NaN'''), ('n', 'numeric', '0.1'),
    ('c', '"char"', '''C'''), ('o', 'oid', '''4294967292'''), ('t', 'text', '''it''''s'''), ('v', 'varchar', '''v3'''), ('p', 'char(5)', '''p4'''), ('y', 'bytea', '''\x03'''),
    ('d', 'date', '''2000-01-01'''), ('ts', 'timestamp', '''2000-01-01'''), ('tz', 'timestamptz', '''2000-01-01 UTC'''), ('tm', 'time', '''12:03'''), ('iv', 'interval', '''72 hours'''),
    ('m', 'money', '''1.5'''), ('u', 'uuid', '''' || md5('3') || ''''), ('e', 'mood', '''middle'''), ('a', 'int[]', '''{2,NULL,3}'''), ('r', 'int4range', '''[2,5)'''), ('ip', 'inet', '''10.0.0.3'''),
    ('dm', 'int4', '300'), ('nm', 'name', '''n3'''), ('bt', 'bit(3)', 'B''011''')) AS columns (col, kind, value),
    LATERAL (SELECT format('%s %s::%s', operator, value, kind) FROM unnest(ARRAY['<', '<=', '=', '>=', '>']) operator
        UNION ALL SELECT format('= ANY (ARRAY[%s, NULL]::%s[])', value, kind) WHERE kind <> 'int[]'
        UNION ALL SELECT format('> ANY (ARRAY[%s]::%s[])', value, kind) WHERE kind <> 'int[]'
        UNION ALL SELECT 'IS NULL' UNION ALL SELECT 'IS NOT NULL' UNION ALL SELECT format('= NULL::%s', kind)) AS each (condition)
UNION ALL VALUES ('b', '= true'), ('b', 'IS NULL'), ('b', 'IS TRUE'), ('b', 'IS NOT TRUE'), ('i4', '= 1::int8'), ('i4', '< 1::int2'), ('i8', '= 1::int2'), ('i2', '> (-1)::int8'), ('i4', '< 10000000000'),
    ('i4', '> (-10000000000)::int8'), ('f4', '< 2.5::float8'), ('f8', '>= 2.5::float4'), ('n', '> 1e399'), ('n', '<= 0.10000000000000000001'), ('d', '< timestamp ''2000-01-01 12:00'''),
    ('ts', '>= date ''2000-01-01'''), ('tz', '= date ''2000-01-01'''), ('t', '= ''a''::name'), ('i2', '> 32767'), ('i2', '>= (-32768)'), ('i8', '< (-9223372036854775808)'), ('i8', '<= 9223372036854775807'),
    ('i4', '= ANY (ARRAY(SELECT generate_series(-400, 0)))'), ('i4', '= ANY (''{}''::int[])'), ('i4', '= ANY (NULL::int[])'), ('i4', 'BETWEEN 0 AND 2'), ('embedding', 'IS NULL'), ('embedding', 'IS NOT NULL');
CREATE FUNCTION answers(condition text) RETURNS TABLE (ids int[], nearest int[], uses_index boolean) LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    EXECUTE format('SELECT array_agg(id ORDER BY id) FROM things WHERE %s', condition) INTO ids;
    EXECUTE format('SELECT array_agg(id) FROM (SELECT id FROM things WHERE %s ORDER BY embedding <-> ''[3,4,1]'' LIMIT 1000) s', condition) INTO nearest;
    nearest := (SELECT array_agg(id ORDER BY id) FROM unnest(nearest) id);
    uses_index := true;
    FOR line IN EXECUTE format('EXPLAIN (COSTS off) SELECT id FROM things WHERE %s ORDER BY embedding <-> ''[3,4,1]'' LIMIT 5', condition) LOOP
        IF line ~ 'Filter: ' THEN uses_index := false; END IF;
    END LOOP;
    RETURN NEXT;
END $$;
CREATE TABLE plain AS SELECT col, condition, (answers(col || ' ' || condition)).* FROM conditions;
SELECT count(*) AS conditions, count(*) FILTER (WHERE ids IS NOT NULL) AS with_rows, count(DISTINCT col) AS columns,
    bool_and(ids IS NOT DISTINCT FROM nearest) AS agree FROM plain;
SET enable_seqscan = off;
SET enable_sort = off;
-- an index for each few columns; a bit string is a vector unless its class says otherwise
CREATE FUNCTION compare(columns text) RETURNS TABLE (conditions bigint, in_the_index bigint, different text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE INDEX things_index ON things USING synaptic (embedding, %s)', columns);
    RETURN QUERY SELECT count(*), count(*) FILTER (WHERE now.uses_index),
        string_agg(p.col || ' ' || p.condition, ', ') FILTER (WHERE p.ids IS DISTINCT FROM now.ids OR p.ids IS DISTINCT FROM now.nearest)
    FROM plain p, LATERAL answers(p.col || ' ' || p.condition) now
    WHERE p.col = ANY (string_to_array(replace(columns, ' bit_ops', ''), ', ')) OR p.col = 'embedding';
    DROP INDEX things_index;
END $$;
SELECT columns, c.* FROM unnest(ARRAY['i2, i4, i8', 'f4, f8, n', 'b, c, o, m', 't, v, p, y', 'd, ts, tz, tm, iv', 'u, e, a, r', 'ip, dm, nm, bt bit_ops']) columns, compare(columns) c;
DROP TABLE things, conditions, plain;
DROP FUNCTION answers, compare;
DROP DOMAIN small;
DROP TYPE mood;
