-- The strand store: bytes in content-defined chunks, each kept once under its SHA3-256, with parity.

CREATE DOMAIN dna_ref AS bigint;
COMMENT ON DOMAIN dna_ref IS 'a reference into the strand store, as dna_store returns it';

CREATE FUNCTION _qstore.dna_chunks(data bytea) RETURNS TABLE (part integer, address bytea, content bytea)
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 100 AS 'MODULE_PATHNAME', 'dna_chunks_wrapper';
COMMENT ON FUNCTION _qstore.dna_chunks(bytea) IS 'the chunks of bytes, 8 kB on average, and their SHA3-256';

CREATE FUNCTION _qstore.dna_address(data bytea) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'dna_address_wrapper';
COMMENT ON FUNCTION _qstore.dna_address(bytea) IS 'SHA3-256 of bytes';

CREATE SEQUENCE _qstore.dna_strand_id;
COMMENT ON SEQUENCE _qstore.dna_strand_id IS 'numbers of strands';
CREATE TABLE _qstore.dna_strand (
    id bigint PRIMARY KEY DEFAULT nextval('_qstore.dna_strand_id'),
    address bytea NOT NULL UNIQUE CHECK (octet_length(address) = 32),
    strand dna NOT NULL
);
COMMENT ON TABLE _qstore.dna_strand IS 'the strands of the store: a chunk each, under its SHA3-256';

-- Chunks that are stored together have consecutive numbers: a version of a document is a few runs of them.
CREATE SEQUENCE _qstore.dna_object_ref;
COMMENT ON SEQUENCE _qstore.dna_object_ref IS 'references of the strand store, each given once';
CREATE TABLE _qstore.dna_object (
    ref bigint PRIMARY KEY DEFAULT nextval('_qstore.dna_object_ref'),
    owner name NOT NULL,
    raw_bytes bigint NOT NULL,
    address bytea NOT NULL,
    first_strands bigint[] NOT NULL,
    runs integer[] NOT NULL CHECK (cardinality(runs) = cardinality(first_strands))
);
COMMENT ON TABLE _qstore.dna_object IS 'what is in the strand store: its owner, length, SHA3-256, and runs of strands';
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

CREATE FUNCTION dna_store(data bytea, parity integer DEFAULT 20, level integer DEFAULT 9) RETURNS dna_ref
    LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    parts integer;
    numbered integer;
    starts bigint[];
    lengths integer[];
    new_ref bigint;
BEGIN
    -- Collecting garbage waits for this transaction, so that no strand goes that is about to be used.
    LOCK TABLE _qstore.dna_object IN ROW EXCLUSIVE MODE;
    -- Numbers follow the order of the chunks, insertion that of the addresses: two stores of the same chunks never wait for each other
    -- in a circle.
    INSERT INTO _qstore.dna_strand (id, address, strand)
    SELECT nextval('_qstore.dna_strand_id'), n.address, n.strand
    FROM (
        SELECT c.part, c.address, @extschema@.dna_encode(c.content, level, parity) AS strand
        FROM (SELECT DISTINCT ON (d.address) d.part, d.address, d.content FROM _qstore.dna_chunks(data) AS d ORDER BY d.address, d.part) AS c
        WHERE NOT EXISTS (SELECT FROM _qstore.dna_strand AS s WHERE s.address = c.address)
        ORDER BY c.part
    ) AS n
    ON CONFLICT (address) DO NOTHING;
    WITH used AS MATERIALIZED (
        SELECT d.part, s.id FROM _qstore.dna_chunks(data) AS d JOIN _qstore.dna_strand AS s ON s.address = d.address FOR KEY SHARE OF s
    ), breaks AS (
        SELECT u.part, u.id, CASE WHEN u.id = lag(u.id) OVER (ORDER BY u.part) + 1 THEN 0 ELSE 1 END AS begins FROM used AS u
    ), runs AS (
        SELECT b.part, b.id, sum(b.begins) OVER (ORDER BY b.part) AS run FROM breaks AS b
    ), bounds AS (
        SELECT min(r.part) AS part, min(r.id) AS first_id, count(*)::integer AS length FROM runs AS r GROUP BY r.run
    )
    SELECT COALESCE(array_agg(b.first_id ORDER BY b.part), '{}'), COALESCE(array_agg(b.length ORDER BY b.part), '{}'), COALESCE(sum(b.length), 0)
    INTO starts, lengths, numbered FROM bounds AS b;
    SELECT count(*) INTO parts FROM _qstore.dna_chunks(data);
    IF parts <> numbered THEN
        RAISE EXCEPTION 'could not serialize access to the strand store' USING ERRCODE = 'serialization_failure',
            DETAIL = 'Another transaction stored the same chunks meanwhile.', HINT = 'Run the transaction again.';
    END IF;
    INSERT INTO _qstore.dna_object (owner, raw_bytes, address, first_strands, runs)
    VALUES (_qstore.dna_caller(), octet_length(data), _qstore.dna_address(data), starts, lengths)
    RETURNING ref INTO new_ref;
    RETURN new_ref;
END $$;
COMMENT ON FUNCTION dna_store(bytea, integer, integer) IS
    'stores bytes in chunks, each once however often it occurs, with parity percent of parity; returns the reference to retrieve them by';

CREATE FUNCTION dna_retrieve(ref dna_ref) RETURNS bytea
    LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    wanted _qstore.dna_object := _qstore.dna_own_object(ref);
    lost bigint;
    content bytea;
BEGIN
    SELECT min(n.id) FILTER (WHERE s.id IS NULL), COALESCE(string_agg(@extschema@.dna_decode(s.strand), '' ORDER BY r.run, n.id), '')
    INTO lost, content
    FROM unnest(wanted.first_strands, wanted.runs) WITH ORDINALITY AS r (first_id, length, run)
    CROSS JOIN LATERAL generate_series(r.first_id, r.first_id + r.length - 1) AS n (id)
    LEFT JOIN _qstore.dna_strand AS s ON s.id = n.id;
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
    SELECT COALESCE(range_agg(int8range(r.first_id, r.first_id + r.length)), '{}') INTO used
    FROM _qstore.dna_object AS o, unnest(o.first_strands, o.runs) AS r (first_id, length);
    WITH gone AS (DELETE FROM _qstore.dna_strand AS s WHERE NOT s.id <@ used RETURNING pg_column_size(s.strand) AS size)
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
    OUT objects bigint, OUT raw_bytes numeric, OUT strands bigint, OUT strand_bytes bigint, OUT unused_strands bigint, OUT total_bytes bigint, OUT ratio numeric
)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    used int8multirange;
BEGIN
    SELECT COALESCE(range_agg(int8range(r.first_id, r.first_id + r.length)), '{}') INTO used
    FROM _qstore.dna_object AS o, unnest(o.first_strands, o.runs) AS r (first_id, length);
    SELECT count(*), COALESCE(sum(o.raw_bytes), 0) INTO objects, raw_bytes FROM _qstore.dna_object AS o;
    SELECT count(*), COALESCE(sum(pg_column_size(s.strand)), 0), count(*) FILTER (WHERE NOT s.id <@ used) INTO strands, strand_bytes, unused_strands
    FROM _qstore.dna_strand AS s;
    total_bytes := pg_total_relation_size('_qstore.dna_strand') + pg_total_relation_size('_qstore.dna_object');
    ratio := round(raw_bytes / total_bytes, 2);
END $$;
COMMENT ON FUNCTION dna_storage_stats() IS
    'what is in the strand store: bytes stored, bytes of strands, bytes of its tables with indexes and TOAST, and the ratio of the first to the last';
