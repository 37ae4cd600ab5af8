-- Tables with compressed columns: training of dictionaries, compress_table and its undoing.

GRANT USAGE ON SCHEMA _qstore TO PUBLIC;

CREATE FUNCTION _qstore.dna_train_content(samples bytea[], length integer) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100000 AS 'MODULE_PATHNAME', 'dna_train_content_wrapper';
COMMENT ON FUNCTION _qstore.dna_train_content(bytea[], integer) IS 'a zstd dictionary of at most so many bytes, trained on samples';

CREATE FUNCTION _qstore.dna_progress(expected bigint) RETURNS void
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'dna_progress_wrapper';
COMMENT ON FUNCTION _qstore.dna_progress(bigint) IS
    'until the end of the statement, a NOTICE every five seconds says how many of so many values are compressed; 0 ends it';

CREATE FUNCTION _qstore.dna_columns(target regclass)
    RETURNS TABLE (attnum smallint, attname name, plain regtype, packed regtype, is_packed boolean, codebook integer)
    LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT a.attnum, a.attname, k.plain, k.packed, a.atttypid = k.packed, CASE WHEN a.atttypid = k.packed AND a.atttypmod > 0 THEN a.atttypmod END
    FROM pg_attribute AS a
    JOIN (VALUES ('text'::regtype, 'dna_text'::regtype), ('jsonb', 'dna_jsonb'), ('bytea', 'dna_bytea')) AS k (plain, packed)
        ON a.atttypid IN (k.plain, k.packed)
    WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attnum;
END;
COMMENT ON FUNCTION _qstore.dna_columns(regclass) IS 'the columns of a table that are compressed or can be';

-- The one function that writes dictionaries. It acts for its owner, so that it asks itself who calls: the role that was set, or the
-- one that logged in.
CREATE FUNCTION _qstore.dna_keep(target regclass, column_name name, level integer, content bytea, samples bigint, sample_bytes bigint)
    RETURNS integer LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    caller name := CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role') END;
    table_owner oid := (SELECT relowner FROM pg_class WHERE oid = target);
    book integer := (SELECT c.codebook FROM _qstore.dna_columns(target) AS c WHERE c.attname = column_name);
    new_id integer;
BEGIN
    IF NOT pg_has_role(caller, table_owner, 'USAGE') THEN
        RAISE EXCEPTION 'must be owner of table %', target USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF EXISTS (SELECT FROM _qstore.dna_dictionary AS d WHERE d.codebook = book AND d.owner <> pg_get_userbyid(table_owner))
        AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = caller)
    THEN
        RAISE EXCEPTION 'codebook % belongs to another role', book USING ERRCODE = 'insufficient_privilege',
            HINT = 'Decompress the table and compress it again: its column then gets a codebook of its own.';
    END IF;
    new_id := nextval('_qstore.dna_dictionary_id');
    INSERT INTO _qstore.dna_dictionary (id, codebook, level, content, owner, trained_for, samples, sample_bytes)
    VALUES (new_id, COALESCE(book, new_id), level, content, pg_get_userbyid(table_owner), format('%s.%I', target, column_name), samples, sample_bytes);
    RETURN COALESCE(book, new_id);
END $$;
COMMENT ON FUNCTION _qstore.dna_keep(regclass, name, integer, bytea, bigint, bigint) IS
    'stores a dictionary for a column of a table whose owner calls; returns its codebook';

CREATE FUNCTION dna_train(target regclass, column_name name, level integer DEFAULT 12, dictionary_bytes integer DEFAULT 112640)
    RETURNS integer LANGUAGE plpgsql VOLATILE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    source record;
    share double precision;
    samples bytea[];
    sample_count bigint;
    sample_bytes bigint;
    content bytea;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = target AND a.attname = column_name AND a.attnum > 0 AND NOT a.attisdropped) THEN
        RAISE EXCEPTION 'column "%" of relation "%" does not exist', column_name, target USING ERRCODE = 'undefined_column';
    END IF;
    SELECT * INTO source FROM _qstore.dna_columns(target) AS c WHERE c.attname = column_name;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'cannot train a dictionary on column "%" of %', column_name, target
            USING ERRCODE = 'datatype_mismatch', HINT = 'Dictionaries are for columns of type text, jsonb and bytea, and those compressed from them.';
    END IF;
    IF level NOT BETWEEN 1 AND 19 THEN
        RAISE EXCEPTION 'compression level % is out of range, it must be between 1 and 19', level
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Level 1 is the fastest, 19 the smallest.';
    END IF;
    -- zstd wants about a hundred times the dictionary in samples. The share is of pages' bytes, which are more than the column's.
    share := LEAST(100, 100.0 * 200 * dictionary_bytes / GREATEST(pg_table_size(target), 1));
    EXECUTE format(
        'SELECT array_agg(sample), count(*), COALESCE(sum(octet_length(sample)), 0) FROM ('
        'SELECT sample, sum(octet_length(sample)) OVER (ROWS UNBOUNDED PRECEDING) AS so_far FROM ('
        'SELECT substring(_qstore.dna_raw(%I::%s) FROM 1 FOR 131072) AS sample FROM %s TABLESAMPLE BERNOULLI (%s) REPEATABLE (0) WHERE %I IS NOT NULL'
        ') AS drawn) AS counted WHERE so_far <= %s',
        column_name, source.plain, target, share, column_name, 100::bigint * dictionary_bytes + 131072)
    INTO samples, sample_count, sample_bytes;
    IF sample_count < 8 THEN
        RAISE EXCEPTION 'cannot train a dictionary on these values'
            USING ERRCODE = 'invalid_parameter_value', DETAIL = format('Column "%s" of %s has fewer than eight values.', column_name, target),
                HINT = 'It takes some hundreds of values that have something in common.';
    END IF;
    -- A dictionary longer than an eighth of what it is for would cost more than it saves.
    content := _qstore.dna_train_content(samples, LEAST(dictionary_bytes, GREATEST(1024, sample_bytes / 8))::integer);
    RETURN _qstore.dna_keep(target, column_name, level, content, sample_count, sample_bytes);
END $$;
COMMENT ON FUNCTION dna_train(regclass, name, integer, integer) IS
    'trains a dictionary on a column and returns the codebook to declare, as in dna_jsonb(codebook); for a compressed column, new values take it at once';

CREATE FUNCTION _qstore.dna_obstacles(target regclass, target_column smallint) RETURNS SETOF text
    LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT CASE r.relkind WHEN 'p' THEN 'it is partitioned, and a partition has its parent''s column types' ELSE 'it is not an ordinary table' END
    FROM pg_class AS r WHERE r.oid = target AND r.relkind <> 'r'
    UNION ALL
    SELECT 'it is a partition of ' || i.inhparent::regclass FROM pg_inherits AS i JOIN pg_class AS r ON r.oid = i.inhrelid WHERE i.inhrelid = target AND r.relispartition
    UNION ALL
    SELECT 'it inherits from ' || i.inhparent::regclass FROM pg_inherits AS i JOIN pg_class AS r ON r.oid = i.inhrelid WHERE i.inhrelid = target AND NOT r.relispartition
    UNION ALL
    SELECT 'it has the child table ' || i.inhrelid::regclass FROM pg_inherits AS i JOIN pg_class AS r ON r.oid = i.inhparent WHERE i.inhparent = target AND r.relkind = 'r'
    UNION ALL
    SELECT 'it is a typed table' FROM pg_class AS r WHERE r.oid = target AND r.reloftype <> 0
    UNION ALL
    SELECT format('column %I is a generated column', a.attname) FROM pg_attribute AS a WHERE a.attrelid = target AND a.attnum = target_column AND a.attgenerated <> ''
    UNION ALL
    SELECT format('column %I is computed from it', a.attname)
    FROM pg_depend AS d JOIN pg_attrdef AS e ON d.classid = 'pg_attrdef'::regclass AND d.objid = e.oid JOIN pg_attribute AS a ON (a.attrelid, a.attnum) = (e.adrelid, e.adnum)
    WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = target AND d.refobjsubid = target_column AND e.adnum <> target_column
    UNION ALL
    SELECT DISTINCT 'view or rule uses it: ' || r.ev_class::regclass
    FROM pg_depend AS d JOIN pg_rewrite AS r ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
    WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = target AND d.refobjsubid = target_column
    UNION ALL
    SELECT format('trigger %I names it', t.tgname) FROM pg_depend AS d JOIN pg_trigger AS t ON d.classid = 'pg_trigger'::regclass AND d.objid = t.oid
    WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = target AND d.refobjsubid = target_column
    UNION ALL
    SELECT format('policy %I uses it', p.polname) FROM pg_depend AS d JOIN pg_policy AS p ON d.classid = 'pg_policy'::regclass AND d.objid = p.oid
    WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = target AND d.refobjsubid = target_column
    UNION ALL
    SELECT CASE c.contype WHEN 'p' THEN format('it is in the primary key %I', c.conname) WHEN 'u' THEN format('it is in the unique constraint %I', c.conname)
        WHEN 'f' THEN format('it is in the foreign key %I', c.conname) ELSE format('it is in the exclusion constraint %I', c.conname) END
    FROM pg_constraint AS c
    WHERE c.contype IN ('p', 'u', 'f', 'x') AND (c.conrelid = target AND target_column = ANY (c.conkey) OR c.confrelid = target AND target_column = ANY (c.confkey))
    UNION ALL
    SELECT format('index %s includes it', i.indexrelid::regclass) FROM pg_index AS i
    WHERE i.indrelid = target AND target_column = ANY ((i.indkey::smallint[])[i.indnkeyatts : i.indnatts - 1])
    UNION ALL
    SELECT format('index %s is the replica identity', i.indexrelid::regclass) FROM pg_index AS i
    WHERE i.indrelid = target AND i.indisreplident AND target_column = ANY (i.indkey::smallint[]);
END;
COMMENT ON FUNCTION _qstore.dna_obstacles(regclass, smallint) IS 'why the type of a column cannot be changed to a compressed one, a reason a row; for column -1, what stands in the way of all of them';

CREATE FUNCTION _qstore.dna_index_command(index_oid oid, columns smallint[]) RETURNS text
    LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT format('CREATE %sINDEX %I ON %s USING %I (%s)', CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END, r.relname, i.indrelid::regclass, m.amname, keys.list)
        || COALESCE(' INCLUDE (' || keys.included || ')', '')
        || CASE WHEN i.indisunique AND pg_get_indexdef(i.indexrelid) LIKE '% NULLS NOT DISTINCT%' THEN ' NULLS NOT DISTINCT' ELSE '' END
        || COALESCE(' WITH (' || array_to_string(r.reloptions, ', ') || ')', '')
        || COALESCE(' TABLESPACE ' || quote_ident(s.spcname), '')
        || COALESCE(' WHERE ' || pg_get_expr(i.indpred, i.indrelid), '')
    FROM pg_index AS i
    JOIN pg_class AS r ON r.oid = i.indexrelid
    JOIN pg_am AS m ON m.oid = r.relam
    LEFT JOIN pg_tablespace AS s ON s.oid = r.reltablespace
    CROSS JOIN LATERAL (
        SELECT string_agg(
                   CASE WHEN i.indkey[k - 1] = ANY (columns) THEN format('(%I::%s)', a.attname, c.plain) ELSE pg_get_indexdef(i.indexrelid, k, false) END
                   || CASE WHEN i.indcollation[k - 1] NOT IN (0, 100) THEN format(' COLLATE %I.%I', cn.nspname, co.collname) ELSE '' END
                   || format(' %I.%I', n.nspname, o.opcname)
                   || COALESCE('(' || (SELECT string_agg(replace(option, '=', ' = '), ', ') FROM unnest(ia.attoptions) AS option) || ')', '')
                   || CASE WHEN m.amname = 'btree' AND i.indoption[k - 1] & 1 = 1 THEN ' DESC' ELSE '' END
                   || CASE WHEN m.amname <> 'btree' THEN '' WHEN i.indoption[k - 1] & 2 = 2 THEN ' NULLS FIRST' ELSE ' NULLS LAST' END,
                   ', ' ORDER BY k) FILTER (WHERE k <= i.indnkeyatts) AS list,
               string_agg(pg_get_indexdef(i.indexrelid, k, false), ', ' ORDER BY k) FILTER (WHERE k > i.indnkeyatts) AS included
        FROM generate_series(1, i.indnatts) AS k
        LEFT JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k - 1] AND i.indkey[k - 1] > 0
        LEFT JOIN _qstore.dna_columns(i.indrelid) AS c ON c.attnum = a.attnum
        JOIN pg_attribute AS ia ON ia.attrelid = i.indexrelid AND ia.attnum = k
        LEFT JOIN pg_opclass AS o ON o.oid = i.indclass[LEAST(k, i.indnkeyatts) - 1] LEFT JOIN pg_namespace AS n ON n.oid = o.opcnamespace
        LEFT JOIN pg_collation AS co ON co.oid = i.indcollation[LEAST(k, i.indnkeyatts) - 1] LEFT JOIN pg_namespace AS cn ON cn.oid = co.collnamespace
    ) AS keys
    WHERE i.indexrelid = index_oid;
END;
COMMENT ON FUNCTION _qstore.dna_index_command(oid, smallint[]) IS 'the command that creates an index with these columns cast to the type inside';

CREATE FUNCTION qstore.compress_table(
    target regclass, columns name[] DEFAULT NULL, level integer DEFAULT 12, dictionary_bytes integer DEFAULT 112640
)
    RETURNS TABLE (
        column_name name, new_type text, row_count bigint, column_bytes_before bigint, column_bytes_after bigint, column_ratio numeric,
        table_bytes_before bigint, table_bytes_after bigint, table_ratio numeric, dictionary_size bigint, seconds numeric
    )
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    began timestamptz := clock_timestamp();
    chosen record;
    one_index record;
    changes text[] := '{}';
    sums text[] := '{}';
    numbers smallint[] := '{}';
    kept smallint[] := '{}';
    gains boolean;
    names name[] := '{}';
    types text[] := '{}';
    books integer[] := '{}';
    reasons text;
    book integer;
    before bigint[];
    after bigint[];
    total_before bigint;
    total_after bigint;
    again text[] := '{}';
    step text;
BEGIN
    IF target IS NULL OR level IS NULL OR dictionary_bytes IS NULL THEN
        RAISE EXCEPTION 'table, level and dictionary_bytes must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    IF NOT pg_has_role((SELECT relowner FROM pg_class WHERE oid = target), 'USAGE') THEN
        RAISE EXCEPTION 'must be owner of table %', target USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- What is wrong with the table as a whole, before it is locked: another kind of relation cannot be.
    SELECT string_agg(reason, '; ') INTO reasons FROM _qstore.dna_obstacles(target, (-1)::smallint) AS reason;
    IF reasons IS NOT NULL THEN
        RAISE EXCEPTION 'cannot compress table %', target USING ERRCODE = 'feature_not_supported', DETAIL = format('The reason: %s.', reasons);
    END IF;
    EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', target);

    FOR chosen IN
        SELECT a.attname, a.attnum, c.plain, c.packed, c.is_packed, o.reasons
        FROM pg_attribute AS a
        LEFT JOIN _qstore.dna_columns(target) AS c ON c.attnum = a.attnum
        CROSS JOIN LATERAL (SELECT string_agg(reason, '; ') AS reasons FROM _qstore.dna_obstacles(target, a.attnum) AS reason) AS o
        WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped
          AND CASE WHEN columns IS NULL THEN c.attnum IS NOT NULL AND NOT c.is_packed AND o.reasons IS NULL ELSE a.attname = ANY (columns) END
        ORDER BY a.attnum
    LOOP
        IF chosen.plain IS NULL THEN
            RAISE EXCEPTION 'cannot compress column "%" of %', chosen.attname, target
                USING ERRCODE = 'datatype_mismatch', HINT = 'Columns of type text, jsonb and bytea can be compressed.';
        ELSIF chosen.reasons IS NOT NULL THEN
            RAISE EXCEPTION 'cannot compress column "%" of %', chosen.attname, target
                USING ERRCODE = 'feature_not_supported', DETAIL = format('The reason: %s.', chosen.reasons),
                    HINT = 'Drop what depends on the column and create it again afterwards, or leave the column out.';
        END IF;
        names := names || chosen.attname;
        numbers := numbers || chosen.attnum;
    END LOOP;
    IF columns IS NOT NULL AND NOT columns <@ names THEN
        RAISE EXCEPTION 'column "%" of relation "%" does not exist', (SELECT c FROM unnest(columns) AS c WHERE c <> ALL (names) LIMIT 1), target
            USING ERRCODE = 'undefined_column';
    ELSIF names = '{}' THEN
        RAISE EXCEPTION 'table % has no column to compress', target
            USING ERRCODE = 'undefined_column', HINT = 'Columns of type text, jsonb and bytea can be compressed. Name a column to learn what stands in its way.';
    END IF;

    names := '{}';
    FOR chosen IN SELECT c.* FROM _qstore.dna_columns(target) AS c WHERE c.attnum = ANY (numbers) ORDER BY c.attnum LOOP
        BEGIN
            EXECUTE format('SELECT %s.dna_train($1, $2, $3, $4)', (SELECT n.nspname::regnamespace FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'qstore'))
                INTO book USING target, chosen.attname, level, dictionary_bytes;
            -- Who names no column wants those that gain. The dictionary of one that does not goes with this block.
            IF columns IS NULL THEN
                EXECUTE format('SELECT sum(pg_column_size(%I::%s(%s))) < 0.9 * sum(pg_column_size(%I)) FROM (SELECT %I FROM %s WHERE %I IS NOT NULL LIMIT 1000) AS sample',
                    chosen.attname, chosen.packed, book, chosen.attname, chosen.attname, target, chosen.attname) INTO gains;
                IF NOT gains THEN
                    RAISE EXCEPTION USING ERRCODE = 'no_data_found';
                END IF;
            END IF;
        EXCEPTION WHEN no_data_found THEN
            RAISE NOTICE 'column "%" is left as it is, it would not become a tenth smaller', chosen.attname;
            CONTINUE;
        WHEN invalid_parameter_value THEN
            IF level NOT BETWEEN 1 AND 19 OR dictionary_bytes NOT BETWEEN 1024 AND 1048576 THEN
                RAISE;
            END IF;
            RAISE NOTICE 'column "%" has too few values for a dictionary, it is compressed without', chosen.attname
                USING HINT = 'Compress the table again when it has some hundreds of values.';
            book := chosen.codebook;
        END;
        names := names || chosen.attname;
        kept := kept || chosen.attnum;
        sums := sums || format('COALESCE(sum(pg_column_size(%I)), 0)', chosen.attname);
        books := books || book;
        types := types || (chosen.packed || COALESCE('(' || book || ')', ''));
        changes := changes || format('ALTER COLUMN %I TYPE %s USING %I::%s::%s', chosen.attname, types[cardinality(types)], chosen.attname, chosen.plain, types[cardinality(types)]);
    END LOOP;

    IF names = '{}' THEN
        RETURN;
    END IF;

    total_before := pg_total_relation_size(target);
    EXECUTE format('SELECT ARRAY[count(*), %s]::bigint[] FROM %s', array_to_string(sums, ', '), target) INTO before;

    -- An index over the column itself becomes one over the type inside; ALTER TABLE takes care of expressions.
    FOR one_index IN
        SELECT i.indexrelid, i.indisclustered, r.relname, n.nspname, obj_description(i.indexrelid, 'pg_class') AS comment, _qstore.dna_index_command(i.indexrelid, kept) AS command
        FROM pg_index AS i JOIN pg_class AS r ON r.oid = i.indexrelid JOIN pg_namespace AS n ON n.oid = r.relnamespace
        WHERE i.indrelid = target AND i.indkey::smallint[] && kept
        ORDER BY r.relname
    LOOP
        again := again || one_index.command;
        IF one_index.comment IS NOT NULL THEN
            again := again || format('COMMENT ON INDEX %I.%I IS %L', one_index.nspname, one_index.relname, one_index.comment);
        END IF;
        IF one_index.indisclustered THEN
            again := again || format('ALTER TABLE %s CLUSTER ON %I', target, one_index.relname);
        END IF;
        EXECUTE format('DROP INDEX %I.%I', one_index.nspname, one_index.relname);
    END LOOP;

    PERFORM _qstore.dna_progress(before[1] * cardinality(kept));
    EXECUTE format('ALTER TABLE %s %s', target, array_to_string(changes, ', '));
    PERFORM _qstore.dna_progress(0);
    FOREACH step IN ARRAY again LOOP
        EXECUTE step;
    END LOOP;
    EXECUTE format('ANALYZE %s', target);

    total_after := pg_total_relation_size(target);
    EXECUTE format('SELECT ARRAY[count(*), %s]::bigint[] FROM %s', array_to_string(sums, ', '), target) INTO after;
    RETURN QUERY
        SELECT names[i], types[i], after[1], before[i + 1], after[i + 1], round(before[i + 1]::numeric / NULLIF(after[i + 1], 0), 2),
               total_before, total_after, round(total_before::numeric / NULLIF(total_after, 0), 2),
               -- The owner of a table may not read the dictionaries, but may know how long its own is.
               _qstore.dna_codebook_bytes(books[i]), round(extract(epoch FROM clock_timestamp() - began)::numeric, 3)
        FROM generate_subscripts(names, 1) AS i;
END $$;
COMMENT ON FUNCTION qstore.compress_table(regclass, name[], integer, integer) IS
    'compresses columns of a table with dictionaries trained on them, in one transaction, and reports measured sizes; default: every column that can be and gains by it';

CREATE FUNCTION _qstore.dna_codebook_bytes(book integer) RETURNS bigint
    LANGUAGE sql STABLE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT COALESCE(sum(octet_length(d.content)), 0) FROM _qstore.dna_dictionary AS d WHERE d.codebook = book;
END;
COMMENT ON FUNCTION _qstore.dna_codebook_bytes(integer) IS 'length in bytes of the dictionaries of a codebook together';

CREATE FUNCTION qstore.decompress_table(target regclass, columns name[] DEFAULT NULL)
    RETURNS TABLE (column_name name, new_type text, row_count bigint, column_bytes_before bigint, column_bytes_after bigint,
        table_bytes_before bigint, table_bytes_after bigint, seconds numeric)
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    began timestamptz := clock_timestamp();
    changes text;
    sums text;
    names name[];
    types text[];
    reasons text;
    before bigint[];
    after bigint[];
    total_before bigint;
    total_after bigint;
BEGIN
    IF target IS NULL THEN
        RAISE EXCEPTION 'table must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    IF NOT pg_has_role((SELECT relowner FROM pg_class WHERE oid = target), 'USAGE') THEN
        RAISE EXCEPTION 'must be owner of table %', target USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT string_agg(format('column %I: %s', c.attname, reason), '; ') INTO reasons
    FROM _qstore.dna_columns(target) AS c, _qstore.dna_obstacles(target, c.attnum) AS reason
    WHERE c.is_packed AND (columns IS NULL OR c.attname = ANY (columns));
    IF reasons IS NOT NULL THEN
        RAISE EXCEPTION 'cannot decompress table %', target USING ERRCODE = 'feature_not_supported', DETAIL = format('The reason: %s.', reasons),
            HINT = 'Drop what depends on the column and create it again afterwards.';
    END IF;
    EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', target);
    SELECT array_agg(c.attname ORDER BY c.attnum), array_agg(c.plain::text ORDER BY c.attnum),
           string_agg(format('COALESCE(sum(pg_column_size(%I)), 0)', c.attname), ', ' ORDER BY c.attnum),
           string_agg(format('ALTER COLUMN %I TYPE %s USING %I::%s', c.attname, c.plain, c.attname, c.plain), ', ' ORDER BY c.attnum)
    INTO names, types, sums, changes
    FROM _qstore.dna_columns(target) AS c WHERE c.is_packed AND (columns IS NULL OR c.attname = ANY (columns));
    IF names IS NULL OR NOT COALESCE(columns, names) <@ names THEN
        RAISE EXCEPTION 'table % has no compressed column%', target,
            COALESCE((SELECT format(' "%s"', c) FROM unnest(columns) AS c WHERE names IS NULL OR c <> ALL (names) LIMIT 1), '')
            USING ERRCODE = 'undefined_column';
    END IF;
    total_before := pg_total_relation_size(target);
    EXECUTE format('SELECT ARRAY[count(*), %s]::bigint[] FROM %s', sums, target) INTO before;
    EXECUTE format('ALTER TABLE %s %s', target, changes);
    EXECUTE format('ANALYZE %s', target);
    total_after := pg_total_relation_size(target);
    EXECUTE format('SELECT ARRAY[count(*), %s]::bigint[] FROM %s', sums, target) INTO after;
    RETURN QUERY
        SELECT names[i], types[i], after[1], before[i + 1], after[i + 1], total_before, total_after,
               round(extract(epoch FROM clock_timestamp() - began)::numeric, 3)
        FROM generate_subscripts(names, 1) AS i;
END $$;
COMMENT ON FUNCTION qstore.decompress_table(regclass, name[]) IS
    'gives the compressed columns of a table their types back, in one transaction, and reports measured sizes; default: all of them';
