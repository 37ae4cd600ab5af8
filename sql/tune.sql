-- Tuning an index: simulated annealing (Kirkpatrick, Gelatt, Vecchi 1983) over its storage parameters, with measured times as energies.

CREATE FUNCTION qstore.tune_index(index regclass, sample integer DEFAULT 50, k integer DEFAULT 10, goal double precision DEFAULT NULL,
        steps integer DEFAULT 16, rows integer DEFAULT 20000, seed bigint DEFAULT 0, apply boolean DEFAULT false)
    RETURNS TABLE (parameter text, present text, proposed text, reason text, command text)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000000 ROWS 2
    SET search_path = pg_catalog, pg_temp
    SET enable_seqscan = on SET enable_indexscan = on SET enable_bitmapscan = off SET enable_sort = on
AS $function$
DECLARE
    item record;
    settings CONSTANT double precision[] := '{0.5,0.6,0.7,0.8,0.85,0.9,0.93,0.95,0.97,0.98,0.99,0.995,0.999,1}';
    kept bigint;
    share double precision;
    statement text;
    queries text[];
    bounds double precision[];
    nearest double precision[];
    bound double precision;
    -- a state of the walk: lists are those of the index times 2^power, and a place in `settings`
    power integer := 0;
    place integer;
    next_power integer;
    next_place integer;
    built integer;
    lists integer;
    draw double precision;
    energy double precision;
    next_energy double precision;
    temperature double precision;
    -- what was measured, by "power/place"
    measured jsonb := '{}';
    key text;
    began timestamptz;
    spent double precision;
    least_spent double precision;
    total double precision;
    hits bigint;
    best text;
    first text;
    changes text[] := '{}';
    commands text;
BEGIN
    IF index IS NULL OR sample IS NULL OR k IS NULL OR steps IS NULL OR rows IS NULL OR seed IS NULL OR apply IS NULL THEN
        RETURN;
    END IF;
    SELECT i.indrelid::regclass AS tab, pg_get_indexdef(i.indexrelid, 1, true) AS value,
            coalesce('(' || pg_get_expr(i.indpred, i.indrelid, true) || ')', 'true') AS predicate,
            format('OPERATOR(%I.%s)', n.nspname, o.oprname) AS distance, format_type(t.atttypid, t.atttypmod) AS kind,
            format('%I.%I', pn.nspname, p.opcname) AS class, r.reltuples,
            (SELECT option_value FROM pg_options_to_table(c.reloptions) WHERE option_name = 'lists') AS lists_set,
            (SELECT option_value FROM pg_options_to_table(c.reloptions) WHERE option_name = 'recall') AS recall_set
        INTO item
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class r ON r.oid = i.indrelid JOIN pg_am a ON a.oid = c.relam
        JOIN pg_attribute t ON t.attrelid = i.indexrelid AND t.attnum = 1
        JOIN pg_opclass p ON p.oid = i.indclass[0] JOIN pg_namespace pn ON pn.oid = p.opcnamespace
        JOIN pg_amop m ON m.amopfamily = p.opcfamily AND m.amoplefttype = p.opcintype AND m.amopstrategy = 1
        JOIN pg_operator o ON o.oid = m.amopopr JOIN pg_namespace n ON n.oid = o.oprnamespace
        WHERE i.indexrelid = index AND a.amname = 'synaptic' AND c.relkind = 'i';
    IF NOT FOUND THEN
        RAISE EXCEPTION '"%" is not a synaptic index', index
            USING ERRCODE = 'wrong_object_type', HINT = 'Name an index that was created with USING synaptic.';
    END IF;
    IF sample NOT BETWEEN 1 AND 10000 OR k NOT BETWEEN 1 AND 1000 OR steps NOT BETWEEN 1 AND 1000 OR rows NOT BETWEEN 1000 AND 10000000 THEN
        RAISE EXCEPTION 'sample must be from 1 to 10000, k and steps from 1 to 1000, rows from 1000 to 10000000'
            USING ERRCODE = 'invalid_parameter_value', DETAIL = format('They are %s, %s, %s and %s.', sample, k, steps, rows);
    END IF;
    goal := coalesce(goal, item.recall_set::double precision, current_setting('qstore.recall')::double precision);
    IF NOT goal BETWEEN 0.5 AND 1 THEN
        RAISE EXCEPTION 'goal must be from 0.5 to 1' USING ERRCODE = 'invalid_parameter_value', DETAIL = format('It is %s.', goal);
    END IF;
    -- whoever may not change the index is told before the work and not after it
    IF apply AND NOT pg_has_role((SELECT relowner FROM pg_class WHERE oid = index), 'USAGE') THEN
        RAISE EXCEPTION 'must be owner of index "%"', index USING ERRCODE = 'insufficient_privilege';
    END IF;

    -- The trials: a copy of some rows; a few of them are the queries and are left out of it.
    EXECUTE format('CREATE TEMP TABLE qstore_trial ON COMMIT DROP AS SELECT row_number() OVER () AS id, v FROM (SELECT (%2$s)::%3$s AS v
        FROM ONLY %1$s TABLESAMPLE BERNOULLI (%4$s) REPEATABLE (%5$s) WHERE %6$s AND (%2$s) IS NOT NULL LIMIT %7$s) AS rows', item.tab, item.value, item.kind,
        least(100, CASE WHEN item.reltuples > 0 THEN 110.0 * (rows + sample) / item.reltuples ELSE 100 END), seed, item.predicate, rows + sample);
    SELECT count(*) INTO kept FROM pg_temp.qstore_trial;
    IF kept < 10 * sample THEN
        DROP TABLE pg_temp.qstore_trial;
        RAISE EXCEPTION 'the table has too few rows to tune index "%"', index USING ERRCODE = 'object_not_in_prerequisite_state',
            DETAIL = format('%s rows have a value; %s queries need %s.', kept, sample, 10 * sample), HINT = 'Pass a smaller sample.';
    END IF;
    WITH asked AS (DELETE FROM pg_temp.qstore_trial WHERE id IN (SELECT id FROM pg_temp.qstore_trial ORDER BY hashint8extended(id, seed), id LIMIT sample) RETURNING id, v)
        SELECT array_agg(v::text ORDER BY id) INTO queries FROM asked;
    kept := kept - cardinality(queries);
    ANALYZE pg_temp.qstore_trial;
    SELECT i.lists, kept / greatest(i.rows_at_build, kept)::double precision INTO lists, share FROM qstore.index_info(index) AS i;
    statement := format('SELECT array_agg(d) FROM (SELECT v %1$s $1::%2$s AS d FROM pg_temp.qstore_trial ORDER BY v %1$s $1::%2$s LIMIT $2) AS rows',
        item.distance, item.kind);
    FOR i IN 1 .. cardinality(queries) LOOP
        EXECUTE statement INTO nearest USING queries[i], k;
        bounds[i] := nearest[cardinality(nearest)];
    END LOOP;

    SELECT o INTO place FROM unnest(settings) WITH ORDINALITY AS s (v, o) ORDER BY abs(v - coalesce(item.recall_set::double precision, goal)), o LIMIT 1;
    PERFORM set_config('enable_seqscan', 'off', true);
    next_power := power;
    next_place := place;
    FOR step IN 0 .. steps LOOP
        key := next_power || '/' || next_place;
        IF NOT measured ? key THEN
            IF built IS DISTINCT FROM next_power THEN
                IF built IS NOT NULL THEN
                    DROP INDEX pg_temp.qstore_trial_index;
                END IF;
                EXECUTE format('CREATE INDEX qstore_trial_index ON pg_temp.qstore_trial USING synaptic (v %s) WITH (lists = %s)',
                    item.class, least(greatest(round(lists * 2.0 ^ next_power * share), 1), 65536, greatest(kept / 4, 1)));
                built := next_power;
            END IF;
            EXECUTE format('ALTER INDEX pg_temp.qstore_trial_index SET (recall = %s)', settings[next_place]);
            total := 0;
            hits := 0;
            FOR i IN 1 .. cardinality(queries) LOOP
                CONTINUE WHEN bounds[i] IS NULL OR bounds[i] = 'NaN';
                least_spent := 'Infinity';
                -- the shorter of two times: the first may have loaded something
                FOR again IN 1 .. 2 LOOP
                    began := clock_timestamp();
                    EXECUTE statement INTO nearest USING queries[i], k;
                    spent := 1000 * extract(epoch FROM clock_timestamp() - began);
                    least_spent := least(least_spent, spent);
                END LOOP;
                total := total + least_spent;
                bound := bounds[i];
                hits := hits + least(k, (SELECT count(*) FROM unnest(nearest) AS f (d) WHERE d <= bound));
            END LOOP;
            measured := measured || jsonb_build_object(key, jsonb_build_object('power', next_power, 'place', next_place,
                'time', total / cardinality(queries), 'recall', hits / (k::double precision * cardinality(queries))));
            RAISE DEBUG 'lists × 2^%, recall = %: % ms, recall %', next_power, settings[next_place],
                round((measured #>> ARRAY[key, 'time'])::numeric, 3), round((measured #>> ARRAY[key, 'recall'])::numeric, 3);
        END IF;
        -- a lack of recall costs more than any time it could save
        next_energy := (measured #>> ARRAY[key, 'time'])::double precision
            * (1 + 1000 * greatest(0, goal - 0.005 - (measured #>> ARRAY[key, 'recall'])::double precision));
        IF step = 0 THEN
            first := key;
            temperature := 0.3 * next_energy;
        END IF;
        draw := (hashint8extended(2 * step, seed) & 1048575) / 1048576.0;
        IF step = 0 OR next_energy <= energy OR draw < exp(greatest(-700, (energy - next_energy) / greatest(temperature, 1e-9))) THEN
            energy := next_energy;
            power := next_power;
            place := next_place;
        END IF;
        temperature := temperature * 0.85;
        -- a neighbour: one step in one of the two directions of one of the two parameters, turned round at the ends
        CASE hashint8extended(2 * step + 1, seed) & 3
            WHEN 0 THEN next_power := CASE WHEN power < 4 THEN power + 1 ELSE power - 1 END; next_place := place;
            WHEN 1 THEN next_power := CASE WHEN power > -4 THEN power - 1 ELSE power + 1 END; next_place := place;
            WHEN 2 THEN next_power := power; next_place := CASE WHEN place < cardinality(settings) THEN place + 1 ELSE place - 1 END;
            ELSE next_power := power; next_place := CASE WHEN place > 1 THEN place - 1 ELSE place + 1 END;
        END CASE;
    END LOOP;
    DROP TABLE pg_temp.qstore_trial;

    -- the least of all that were measured, if it is a real gain: times vary by some percent
    SELECT m.key INTO best FROM jsonb_each(measured) AS m,
        LATERAL (SELECT (m.value ->> 'time')::double precision * (1 + 1000 * greatest(0, goal - 0.005 - (m.value ->> 'recall')::double precision))
            * CASE WHEN m.key = first THEN 0.9 ELSE 1 END AS energy) AS e
        ORDER BY e.energy, m.key LIMIT 1;
    power := (measured #>> ARRAY[best, 'power'])::integer;
    place := (measured #>> ARRAY[best, 'place'])::integer;
    reason := format('%s ms a query at recall %s, with the present parameters %s ms at %s; measured on %s rows with %s queries, goal %s',
        round((measured #>> ARRAY[best, 'time'])::numeric, 3), round((measured #>> ARRAY[best, 'recall'])::numeric, 3),
        round((measured #>> ARRAY[first, 'time'])::numeric, 3), round((measured #>> ARRAY[first, 'recall'])::numeric, 3),
        kept, cardinality(queries), goal);
    IF power <> 0 THEN
        changes := changes || format('lists = %s', least(greatest(round(lists * 2.0 ^ power), 1), 65536));
    END IF;
    IF best <> first AND settings[place] IS DISTINCT FROM coalesce(item.recall_set::double precision, goal) THEN
        changes := changes || format('recall = %s', settings[place]);
    END IF;
    IF changes <> '{}' THEN
        commands := format('ALTER INDEX %s SET (%s);', index, array_to_string(changes, ', '))
            || CASE WHEN power <> 0 THEN format(' REINDEX INDEX CONCURRENTLY %s;', index) ELSE '' END;
    ELSE
        reason := 'nothing better was found: ' || reason;
    END IF;
    IF apply AND changes <> '{}' THEN
        EXECUTE format('ALTER INDEX %s SET (%s)', index, array_to_string(changes, ', '));
        IF power <> 0 THEN
            EXECUTE format('REINDEX INDEX %s', index);
        END IF;
    END IF;
    RETURN QUERY VALUES
        ('lists', coalesce(item.lists_set, format('%s (chosen by the build)', lists)),
            CASE WHEN power <> 0 THEN least(greatest(round(lists * 2.0 ^ power), 1), 65536)::text ELSE coalesce(item.lists_set, 'as it is') END, reason, commands),
        ('recall', coalesce(item.recall_set, format('%s (qstore.recall)', current_setting('qstore.recall'))),
            CASE WHEN EXISTS (SELECT FROM unnest(changes) AS c WHERE c LIKE 'recall%') THEN settings[place]::text ELSE coalesce(item.recall_set, 'as it is') END,
            reason, commands);
END
$function$;
COMMENT ON FUNCTION qstore.tune_index(regclass, integer, integer, double precision, integer, integer, bigint, boolean) IS
    'searches better storage parameters (lists, recall) for a synaptic index by annealing over times measured on a copy of some rows; says what it would change and why, and with apply changes it and rebuilds the index, which locks out writers';
