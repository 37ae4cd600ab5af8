-- The strand store: bytes in content-defined chunks, each kept once under its SHA3-256, with parity.

CREATE DOMAIN dna_ref AS bigint;
COMMENT ON DOMAIN dna_ref IS 'a reference into the strand store, as dna_store returns it';

CREATE FUNCTION _qstore.dna_chunks(data bytea)
    RETURNS TABLE (part integer, address bytea, start integer, length integer, features bigint[])
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 100 AS 'MODULE_PATHNAME', 'dna_chunks_wrapper';
COMMENT ON FUNCTION _qstore.dna_chunks(bytea) IS 'the chunks of bytes, 8 kB on average: their SHA3-256, where they lie from 1, and what similar ones share';

CREATE FUNCTION _qstore.dna_delta(base bytea, content bytea) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10000 AS 'MODULE_PATHNAME', 'dna_delta_wrapper';
COMMENT ON FUNCTION _qstore.dna_delta(bytea, bytea) IS 'what makes the second of the first';

CREATE FUNCTION _qstore.dna_patch(base bytea, delta bytea) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'dna_patch_wrapper';
COMMENT ON FUNCTION _qstore.dna_patch(bytea, bytea) IS 'what _qstore.dna_delta was given, of the same base';

CREATE FUNCTION _qstore.dna_recipe(strands bigint[]) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'dna_recipe_wrapper';
COMMENT ON FUNCTION _qstore.dna_recipe(bigint[]) IS 'numbers of strands in few bytes';

CREATE FUNCTION _qstore.dna_runs(recipe bytea) RETURNS TABLE (part integer, first_id bigint, length bigint)
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 100 AS 'MODULE_PATHNAME', 'dna_runs_wrapper';
COMMENT ON FUNCTION _qstore.dna_runs(bytea) IS 'the runs of consecutive numbers in a recipe, in order';

CREATE FUNCTION _qstore.dna_address(data bytea) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'dna_address_wrapper';
COMMENT ON FUNCTION _qstore.dna_address(bytea) IS 'SHA3-256 of bytes';

CREATE SEQUENCE _qstore.dna_strand_id;
COMMENT ON SEQUENCE _qstore.dna_strand_id IS 'numbers of strands';
CREATE TABLE _qstore.dna_strand (
    id bigint PRIMARY KEY DEFAULT nextval('_qstore.dna_strand_id'),
    address bytea NOT NULL UNIQUE CHECK (octet_length(address) = 32),
    base bigint,
    feature1 bigint,
    feature2 bigint,
    feature3 bigint,
    strand dna NOT NULL
);
COMMENT ON TABLE _qstore.dna_strand IS
    'the strands of the store: a chunk each, under its SHA3-256; or its difference from the one that is its base, which is a chunk itself';
-- Only whole chunks are bases: to read a strand takes two at most.
CREATE INDEX dna_strand_feature1 ON _qstore.dna_strand (feature1) WHERE base IS NULL;
CREATE INDEX dna_strand_feature2 ON _qstore.dna_strand (feature2) WHERE base IS NULL;
CREATE INDEX dna_strand_feature3 ON _qstore.dna_strand (feature3) WHERE base IS NULL;
COMMENT ON INDEX _qstore.dna_strand_feature1 IS 'finds similar chunks';
COMMENT ON INDEX _qstore.dna_strand_feature2 IS 'finds similar chunks';
COMMENT ON INDEX _qstore.dna_strand_feature3 IS 'finds similar chunks';

-- Chunks that are stored together have consecutive numbers: a version of a document is a few runs of them.
CREATE SEQUENCE _qstore.dna_object_ref;
COMMENT ON SEQUENCE _qstore.dna_object_ref IS 'references of the strand store, each given once';
CREATE TABLE _qstore.dna_object (
    ref bigint PRIMARY KEY DEFAULT nextval('_qstore.dna_object_ref'),
    raw_bytes bigint NOT NULL,
    owner text NOT NULL,
    address bytea NOT NULL,
    recipe bytea NOT NULL
);
COMMENT ON TABLE _qstore.dna_object IS 'what is in the strand store: its length, owner, SHA3-256, and the numbers of its strands';
SELECT pg_catalog.pg_extension_config_dump('_qstore.dna_strand', '');
SELECT pg_catalog.pg_extension_config_dump('_qstore.dna_strand_id', '');
SELECT pg_catalog.pg_extension_config_dump('_qstore.dna_object', '');
SELECT pg_catalog.pg_extension_config_dump('_qstore.dna_object_ref', '');

-- The functions act for their owner, so that they ask themselves who calls: the role that was set, or the one that logged in.
CREATE FUNCTION _qstore.dna_caller() RETURNS name LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role')::name END;
COMMENT ON FUNCTION _qstore.dna_caller() IS 'who calls, within a function that acts for its owner';

CREATE FUNCTION _qstore.dna_own_object(wanted bigint) RETURNS _qstore.dna_object
    LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found_object _qstore.dna_object;
BEGIN
    SELECT * INTO found_object FROM _qstore.dna_object AS o WHERE o.ref = wanted;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'dna_ref % does not exist', wanted USING ERRCODE = 'no_data_found';
    ELSIF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = found_object.owner AND pg_has_role(_qstore.dna_caller(), oid, 'USAGE'))
        AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = _qstore.dna_caller())
    THEN
        RAISE EXCEPTION 'dna_ref % belongs to another role', wanted USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN found_object;
END $$;
COMMENT ON FUNCTION _qstore.dna_own_object(bigint) IS 'an object of the strand store, if the caller may have it';
REVOKE EXECUTE ON FUNCTION _qstore.dna_own_object(bigint) FROM PUBLIC;

CREATE FUNCTION _qstore.dna_similar(content bytea, features bigint[], plain @extschema@.dna, OUT base bigint, OUT delta bytea)
    LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found_strand @extschema@.dna;
BEGIN
    SELECT f.id INTO base FROM (
        (SELECT s.id FROM _qstore.dna_strand AS s WHERE s.base IS NULL AND s.feature1 = features[1] LIMIT 4) UNION ALL
        (SELECT s.id FROM _qstore.dna_strand AS s WHERE s.base IS NULL AND s.feature2 = features[2] LIMIT 4) UNION ALL
        (SELECT s.id FROM _qstore.dna_strand AS s WHERE s.base IS NULL AND s.feature3 = features[3] LIMIT 4)
    ) AS f GROUP BY f.id ORDER BY count(*) DESC, f.id DESC LIMIT 1;
    IF base IS NOT NULL THEN
        -- What is damaged already is no base.
        SELECT s.strand INTO found_strand FROM _qstore.dna_strand AS s WHERE s.id = dna_similar.base AND @extschema@.dna_verify(s.strand);
        delta := _qstore.dna_delta(@extschema@.dna_decode(found_strand), content);
    END IF;
    -- A difference that saves less than half is not worth being in need of another strand.
    IF delta IS NULL OR 2 * octet_length(delta) > pg_column_size(plain) THEN
        base := NULL;
        delta := NULL;
    END IF;
END $$;
COMMENT ON FUNCTION _qstore.dna_similar(bytea, bigint[], @extschema@.dna) IS 'a chunk of the store that this one is like, and the difference from it, if that is shorter by half';

CREATE FUNCTION dna_store(data bytea, parity integer DEFAULT 20, level integer DEFAULT 9) RETURNS dna_ref
    LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    addresses bytea[];
    starts integer[];
    lengths integer[];
    features bigint[];
    recipe bytea;
    numbered integer;
    new_ref bigint;
BEGIN
    -- Collecting garbage waits for this transaction, so that no strand goes that is about to be used.
    LOCK TABLE _qstore.dna_object IN ROW EXCLUSIVE MODE;
    SELECT COALESCE(array_agg(c.address ORDER BY c.part), '{}'), array_agg(c.start ORDER BY c.part), array_agg(c.length ORDER BY c.part), array_agg(c.features ORDER BY c.part)
    INTO addresses, starts, lengths, features FROM _qstore.dna_chunks(data) AS c;
    -- Numbers follow the order of the chunks, so that a recipe has few runs; insertion that of the addresses, so that two stores of the
    -- same chunks never wait for each other in a circle.
    WITH new_chunks AS (
        SELECT DISTINCT ON (u.address) u.part, u.address, substring(data FROM u.start FOR u.length) AS content
        FROM unnest(addresses, starts, lengths) WITH ORDINALITY AS u (address, start, length, part)
        WHERE NOT EXISTS (SELECT FROM _qstore.dna_strand AS s WHERE s.address = u.address)
        ORDER BY u.address, u.part
    ), encoded AS (
        SELECT n.part, n.address, n.content, @extschema@.dna_encode(n.content, level, parity) AS strand FROM new_chunks AS n
    ), numbers AS MATERIALIZED (
        SELECT nextval('_qstore.dna_strand_id') AS id, e.* FROM (SELECT * FROM encoded ORDER BY part) AS e
    )
    INSERT INTO _qstore.dna_strand (id, address, base, feature1, feature2, feature3, strand)
    SELECT n.id, n.address, f.base,
        CASE WHEN f.base IS NULL THEN features[n.part][1] END, CASE WHEN f.base IS NULL THEN features[n.part][2] END, CASE WHEN f.base IS NULL THEN features[n.part][3] END,
        CASE WHEN f.base IS NULL THEN n.strand ELSE @extschema@.dna_encode(f.delta, level, parity) END
    FROM numbers AS n,
        LATERAL _qstore.dna_similar(n.content, ARRAY[features[n.part][1], features[n.part][2], features[n.part][3]], n.strand) AS f
    ORDER BY n.address
    ON CONFLICT (address) DO NOTHING;
    SELECT _qstore.dna_recipe(COALESCE(array_agg(s.id ORDER BY u.part), '{}')), count(*) INTO recipe, numbered
    FROM unnest(addresses) WITH ORDINALITY AS u (address, part) JOIN _qstore.dna_strand AS s ON s.address = u.address;
    IF numbered <> cardinality(addresses) THEN
        RAISE EXCEPTION 'could not serialize access to the strand store' USING ERRCODE = 'serialization_failure',
            DETAIL = 'Another transaction stored the same chunks meanwhile.', HINT = 'Run the transaction again.';
    END IF;
    INSERT INTO _qstore.dna_object (owner, raw_bytes, address, recipe)
    VALUES (_qstore.dna_caller(), octet_length(data), _qstore.dna_address(data), recipe)
    RETURNING ref INTO new_ref;
    RETURN new_ref;
END $$;
COMMENT ON FUNCTION dna_store(bytea, integer, integer) IS
    'stores bytes in chunks, each once however often it occurs, and those like another one as the difference, with parity percent of parity; returns the reference to retrieve them by';

CREATE FUNCTION dna_retrieve(ref dna_ref) RETURNS bytea
    LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    wanted _qstore.dna_object := _qstore.dna_own_object(ref);
    lost bigint;
    content bytea;
BEGIN
    SELECT min(CASE WHEN s.id IS NULL THEN n.id WHEN s.base IS NOT NULL AND b.id IS NULL THEN s.base END),
        COALESCE(string_agg(
            CASE WHEN s.base IS NULL THEN @extschema@.dna_decode(s.strand)
                ELSE _qstore.dna_patch(@extschema@.dna_decode(b.strand), @extschema@.dna_decode(s.strand)) END,
            '' ORDER BY r.part, n.id), '')
    INTO lost, content
    FROM _qstore.dna_runs(wanted.recipe) AS r
    CROSS JOIN LATERAL generate_series(r.first_id, r.first_id + r.length - 1) AS n (id)
    LEFT JOIN _qstore.dna_strand AS s ON s.id = n.id
    LEFT JOIN _qstore.dna_strand AS b ON b.id = s.base;
    IF lost IS NOT NULL THEN
        RAISE EXCEPTION 'strand % of dna_ref % is lost', lost, ref USING ERRCODE = 'data_corrupted',
            HINT = 'Take the row of _qstore.dna_strand from a backup or a replica.';
    ELSIF octet_length(content) <> wanted.raw_bytes OR _qstore.dna_address(content) <> wanted.address THEN
        RAISE EXCEPTION 'dna_ref % gives other bytes than were stored', ref USING ERRCODE = 'data_corrupted',
            HINT = 'Take the rows of _qstore.dna_strand from a backup or a replica.';
    END IF;
    RETURN content;
END $$;
COMMENT ON FUNCTION dna_retrieve(dna_ref) IS 'the bytes that dna_store was given, checked against their SHA3-256';

CREATE FUNCTION dna_delete(ref dna_ref) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM _qstore.dna_object AS o WHERE o.ref = (_qstore.dna_own_object(dna_delete.ref)).ref;
END $$;
COMMENT ON FUNCTION dna_delete(dna_ref) IS 'deletes a reference; its strands go with dna_collect_garbage, unless others use them';

CREATE FUNCTION _qstore.dna_used() RETURNS int8multirange
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT COALESCE(range_agg(int8range(r.first_id, r.first_id + r.length)), '{}')
    FROM _qstore.dna_object AS o, _qstore.dna_runs(o.recipe) AS r;
END;
COMMENT ON FUNCTION _qstore.dna_used() IS 'the strands that references name; their bases are not among them';

CREATE FUNCTION dna_collect_garbage(OUT strands bigint, OUT strand_bytes bigint)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    used int8multirange;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'garbage is collected in READ COMMITTED only' USING ERRCODE = 'active_sql_transaction',
            DETAIL = 'An older snapshot would not show what has been stored since.';
    END IF;
    LOCK TABLE _qstore.dna_object IN SHARE ROW EXCLUSIVE MODE;
    used := _qstore.dna_used();
    WITH gone AS (
        DELETE FROM _qstore.dna_strand AS s
        WHERE NOT s.id <@ used AND s.id NOT IN (SELECT d.base FROM _qstore.dna_strand AS d WHERE d.base IS NOT NULL AND d.id <@ used)
        RETURNING pg_column_size(s.strand) AS size
    )
    SELECT count(*), COALESCE(sum(g.size), 0) INTO strands, strand_bytes FROM gone AS g;
END $$;
COMMENT ON FUNCTION dna_collect_garbage() IS 'frees the strands that no reference uses and counts them; waits for running stores, and they wait for it';

CREATE FUNCTION dna_repair_store(OUT damaged bigint, OUT repaired bigint, OUT beyond_repair bigint[])
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    bad record;
BEGIN
    damaged := 0; repaired := 0; beyond_repair := '{}';
    FOR bad IN SELECT s.id, s.strand FROM _qstore.dna_strand AS s WHERE NOT @extschema@.dna_verify(s.strand) LOOP
        damaged := damaged + 1;
        BEGIN
            UPDATE _qstore.dna_strand AS s SET strand = @extschema@.dna_repair(bad.strand) WHERE s.id = bad.id;
            repaired := repaired + 1;
        EXCEPTION WHEN data_corrupted OR feature_not_supported THEN
            beyond_repair := beyond_repair || bad.id;
        END;
    END LOOP;
END $$;
COMMENT ON FUNCTION dna_repair_store() IS 'rebuilds the damaged strands of the store from their parity; returns how many, and which are beyond repair';

CREATE FUNCTION dna_storage_stats(
    OUT objects bigint, OUT raw_bytes numeric, OUT strands bigint, OUT strand_bytes bigint, OUT similar_strands bigint, OUT unused_strands bigint,
    OUT total_bytes bigint, OUT ratio numeric
)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    used int8multirange := _qstore.dna_used();
BEGIN
    SELECT count(*), COALESCE(sum(o.raw_bytes), 0) INTO objects, raw_bytes FROM _qstore.dna_object AS o;
    SELECT count(*), COALESCE(sum(pg_column_size(s.strand)), 0), count(s.base),
        count(*) FILTER (WHERE NOT s.id <@ used AND s.id NOT IN (SELECT d.base FROM _qstore.dna_strand AS d WHERE d.base IS NOT NULL AND d.id <@ used))
    INTO strands, strand_bytes, similar_strands, unused_strands FROM _qstore.dna_strand AS s;
    total_bytes := pg_total_relation_size('_qstore.dna_strand') + pg_total_relation_size('_qstore.dna_object');
    ratio := round(raw_bytes / total_bytes, 2);
END $$;
COMMENT ON FUNCTION dna_storage_stats() IS
    'what is in the strand store: bytes stored, strands, those that are differences from similar ones, bytes of its tables with indexes and TOAST, and the ratio of the first to the last';
