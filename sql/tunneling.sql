-- Tunneling: a search that leaves the neighbourhood of the query. Several starts instead of one, and an order that counts how different a
-- row is from those before it (maximal marginal relevance, Carbonell and Goldstein, SIGIR 1998).

CREATE FUNCTION qstore.tunneling_search(index regclass, query text, k integer DEFAULT 10, diversity double precision DEFAULT 0.5,
        probes integer DEFAULT 4, seed bigint DEFAULT 0)
    RETURNS TABLE (row_id tid, distance double precision)
    LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE COST 10000 ROWS 10
    SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    item record;
    width CONSTANT bigint := 2::bigint * k;
    near_start text;
    start text := query;
    found_rows tid[];
    candidates tid[];
    distances double precision[];
    apart double precision[];
    sample tid[];
    place integer;
BEGIN
    SELECT i.indrelid::regclass AS tab, pg_get_indexdef(i.indexrelid, 1, true) AS value,
            coalesce('(' || pg_get_expr(i.indpred, i.indrelid, true) || ')', 'true') AS predicate,
            format('OPERATOR(%I.%s)', n.nspname, o.oprname) AS distance, format_type(t.atttypid, t.atttypmod) AS kind
        INTO item
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
        JOIN pg_attribute t ON t.attrelid = i.indexrelid AND t.attnum = 1
        JOIN pg_opclass p ON p.oid = i.indclass[0]
        JOIN pg_amop m ON m.amopfamily = p.opcfamily AND m.amoplefttype = p.opcintype AND m.amopstrategy = 1
        JOIN pg_operator o ON o.oid = m.amopopr JOIN pg_namespace n ON n.oid = o.oprnamespace
        WHERE i.indexrelid = index AND a.amname = 'synaptic' AND c.relkind = 'i';
    IF NOT FOUND THEN
        RAISE EXCEPTION '"%" is not a synaptic index', index
            USING ERRCODE = 'wrong_object_type', HINT = 'Name an index that was created with USING synaptic.';
    END IF;
    IF k < 1 OR k > 1000 OR probes < 1 OR probes > 100 OR NOT diversity BETWEEN 0 AND 1 THEN
        RAISE EXCEPTION 'k must be from 1 to 1000, probes from 1 to 100, diversity from 0 to 1'
            USING ERRCODE = 'invalid_parameter_value', DETAIL = format('They are %s, %s and %s.', k, probes, diversity);
    END IF;

    near_start := format('SELECT array_agg(c ORDER BY d), array_agg(d ORDER BY d) FROM (SELECT ctid AS c, (%2$s) %3$s $1::%4$s AS d FROM ONLY %1$s
        WHERE %5$s ORDER BY (%2$s) %3$s $1::%4$s LIMIT $2) AS rows WHERE d < ''Infinity''', item.tab, item.value, item.distance, item.kind, item.predicate);
    EXECUTE near_start INTO candidates, distances USING query, width;
    IF candidates IS NULL THEN
        RETURN;
    END IF;
    -- Starts beyond what the query itself reaches: of the rows of some random pages, in the order of their distance, the ones at places that
    -- grow geometrically, so that a few starts reach near and far clusters in any metric.
    IF probes > 1 AND cardinality(candidates) = width THEN
        EXECUTE format('SELECT array_agg(c ORDER BY d, c) FROM (SELECT ctid AS c, (%2$s) %3$s $1::%4$s AS d
            FROM ONLY %1$s TABLESAMPLE SYSTEM (least(100, 3200.0 / greatest(1, pg_relation_size(%6$L) / current_setting(''block_size'')::integer)))
            REPEATABLE ($2) WHERE %5$s) AS rows WHERE d > $3 AND d < ''Infinity''',
            item.tab, item.value, item.distance, item.kind, item.predicate, item.tab) INTO sample USING query, seed, distances[width];
        FOR probe IN 1 .. probes - 1 LOOP
            EXIT WHEN sample IS NULL;
            EXECUTE format('SELECT (%2$s)::text FROM ONLY %1$s WHERE ctid = $1', item.tab, item.value)
                INTO start USING sample[ceil(cardinality(sample) ^ (probe::double precision / probes))];
            EXECUTE near_start INTO found_rows USING start, width;
            -- their distances from the query
            EXECUTE format('SELECT $2 || array_agg(c), $3 || array_agg(d) FROM (SELECT c, v %2$s $1::%3$s AS d
                FROM (SELECT ctid AS c, (%4$s) AS v FROM ONLY %1$s WHERE ctid = ANY ($4) AND ctid <> ALL ($2)) AS rows ORDER BY 2, 1) AS ordered',
                item.tab, item.distance, item.kind, item.value) INTO candidates, distances USING query, candidates, distances, found_rows;
        END LOOP;
    END IF;

    -- The nearest of all comes first, whatever the diversity: nothing precedes it that it could resemble.
    apart := array_fill('Infinity'::double precision, ARRAY[cardinality(candidates)]);
    FOR chosen IN 1 .. least(k, cardinality(candidates)) LOOP
        SELECT u.o INTO place FROM unnest(distances, apart) WITH ORDINALITY AS u (d, a, o) WHERE u.a IS NOT NULL
            ORDER BY CASE WHEN chosen > 1 THEN (1 - diversity) * u.d - diversity * u.a END, u.d, u.o LIMIT 1;
        row_id := candidates[place];
        distance := distances[place];
        RETURN NEXT;
        apart[place] := NULL;
        EXECUTE format('SELECT (%2$s)::text FROM ONLY %1$s WHERE ctid = $1', item.tab, item.value) INTO start USING row_id;
        EXECUTE format('SELECT array_agg(CASE WHEN u.a IS NOT NULL THEN least(u.a, v %2$s $3::%3$s) END ORDER BY u.o)
            FROM unnest($1, $2) WITH ORDINALITY AS u (r, a, o) JOIN (SELECT ctid AS c, (%4$s) AS v FROM ONLY %1$s) AS rows ON c = u.r',
            item.tab, item.distance, item.kind, item.value) INTO apart USING candidates, apart, start;
    END LOOP;
END
$function$;
COMMENT ON FUNCTION qstore.tunneling_search(regclass, text, integer, double precision, integer, bigint) IS
    'nearest rows of a synaptic index by ctid, found from several starts and ordered so that they differ (diversity from 0, nearest first, to 1); the nearest row is always the first';

CREATE FUNCTION qstore.tunneling_search(index regclass, query anyelement, k integer DEFAULT 10, diversity double precision DEFAULT 0.5,
        probes integer DEFAULT 4, seed bigint DEFAULT 0)
    RETURNS TABLE (row_id tid, distance double precision)
    LANGUAGE sql STABLE STRICT PARALLEL UNSAFE COST 10000 ROWS 10 SET search_path = pg_catalog, pg_temp
    AS 'SELECT * FROM qstore.tunneling_search($1, $2::pg_catalog.text, $3, $4, $5, $6)';
COMMENT ON FUNCTION qstore.tunneling_search(regclass, anyelement, integer, double precision, integer, bigint) IS
    'the same for a query that has a type, as vector';
