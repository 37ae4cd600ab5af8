-- Living beside pgvector: casts between its types and ours, and operator classes of synaptic over its types.

-- A cast that only checks the dimensions does nothing where the column already declares them, be it one of pgvector's: then
-- ALTER TABLE … ALTER COLUMN … TYPE need not rewrite the table.

CREATE FUNCTION qstore.dimensions_support(internal) RETURNS internal
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dimensions_support_wrapper';
COMMENT ON FUNCTION qstore.dimensions_support(internal) IS
    'planner support of the casts that check dimensions: drops those that are declared already, also by a type of pgvector';

ALTER FUNCTION vector(vector, integer, boolean) SUPPORT qstore.dimensions_support;
ALTER FUNCTION halfvec(halfvec, integer, boolean) SUPPORT qstore.dimensions_support;
ALTER FUNCTION sparsevec(sparsevec, integer, boolean) SUPPORT qstore.dimensions_support;

-- What there is to adopt follows from the catalogs: every type of ours that pgvector has under the same name and with the
-- same layout, and every operator class of ours whose operators pgvector has under the same names.

CREATE FUNCTION qstore.pgvector_adoption()
    RETURNS TABLE (object text, present boolean, create_command text, drop_command text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 20 COST 1000 SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    WITH member (extension, class, object) AS (
        SELECT e.extname, d.classid, d.objid
        FROM pg_depend AS d JOIN pg_extension AS e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
        WHERE d.deptype = 'e' AND e.extname IN ('qstore', 'vector')
    ),
    pair (ours, theirs) AS (
        SELECT o.oid, t.oid
        FROM pg_type AS o
        JOIN member AS mo ON mo.extension = 'qstore' AND mo.class = 'pg_type'::regclass AND mo.object = o.oid
        JOIN pg_type AS t ON (t.typname, t.typlen, t.typbyval, t.typalign) = (o.typname, o.typlen, o.typbyval, o.typalign)
        JOIN member AS mt ON mt.extension = 'vector' AND mt.class = 'pg_type'::regclass AND mt.object = t.oid
        WHERE o.typtype = 'b' AND t.typtype = 'b' AND o.typcategory <> 'A'
    ),
    -- What stands for a type in a sister class: pgvector's type for ours, otherwise the type itself.
    stands_for (type, theirs) AS (
        SELECT t.oid, COALESCE(p.theirs, t.oid) FROM pg_type AS t LEFT JOIN pair AS p ON p.ours = t.oid
    ),
    class AS (
        SELECT c.oid, c.opcname, c.opcfamily, c.opcintype, i.theirs AS input, c.opcdefault AND i.theirs <> c.opcintype AS is_default,
               n.nspname, CASE WHEN c.opckeytype <> 0 THEN format(', STORAGE %s', k.theirs::regtype) ELSE '' END AS storage
        FROM pg_opclass AS c
        JOIN pg_am AS a ON a.oid = c.opcmethod AND a.amname = 'synaptic'
        JOIN member AS m ON m.extension = 'qstore' AND m.class = 'pg_opclass'::regclass AND m.object = c.oid
        JOIN stands_for AS i ON i.type = c.opcintype
        LEFT JOIN stands_for AS k ON k.type = c.opckeytype
        JOIN pg_extension AS e ON e.extname = 'vector' JOIN pg_namespace AS n ON n.oid = e.extnamespace
    ),
    operators AS (
        SELECT c.oid, count(*) = count(t.oid) AS complete,
               string_agg(format('OPERATOR %s %s', o.amopstrategy, t.oid::regoperator)
                   || CASE WHEN o.amoppurpose = 'o' THEN format(' FOR ORDER BY %I.%I', sn.nspname, s.opfname) ELSE '' END,
                   ', ' ORDER BY o.amopstrategy) AS list
        FROM class AS c
        JOIN pg_amop AS o ON o.amopfamily = c.opcfamily AND o.amoplefttype = c.opcintype
        JOIN pg_operator AS p ON p.oid = o.amopopr
        JOIN stands_for AS l ON l.type = p.oprleft
        JOIN stands_for AS r ON r.type = p.oprright
        LEFT JOIN (pg_operator AS t JOIN member AS m ON m.extension = 'vector' AND m.class = 'pg_operator'::regclass AND m.object = t.oid)
            ON (t.oprname, t.oprleft, t.oprright) = (p.oprname, l.theirs, r.theirs)
        LEFT JOIN (pg_opfamily AS s JOIN pg_namespace AS sn ON sn.oid = s.opfnamespace) ON s.oid = o.amopsortfamily
        GROUP BY c.oid
    ),
    -- Support functions that take one of our types are replaced by pgvector's of that name, the others stay.
    functions AS (
        SELECT c.oid, count(*) = count(t.oid) AS complete, string_agg(format('FUNCTION %s %s', f.amprocnum, t.oid::regprocedure), ', ' ORDER BY f.amprocnum) AS list
        FROM class AS c
        JOIN pg_amproc AS f ON f.amprocfamily = c.opcfamily AND f.amproclefttype = c.opcintype
        JOIN pg_proc AS p ON p.oid = f.amproc
        CROSS JOIN LATERAL (
            SELECT COALESCE(array_agg(s.theirs ORDER BY a.place), '{}') AS arguments, COALESCE(bool_or(s.theirs <> s.type), false) AS differ
            FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (type, place) JOIN stands_for AS s ON s.type = a.type
        ) AS a
        LEFT JOIN pg_proc AS t
            ON CASE WHEN a.differ
                THEN t.proname = p.proname AND t.proargtypes::oid[] = a.arguments
                     AND EXISTS (SELECT FROM member AS m WHERE m.extension = 'vector' AND m.class = 'pg_proc'::regclass AND m.object = t.oid)
                ELSE t.oid = p.oid END
        GROUP BY c.oid
    )
    SELECT format('cast from %s to %s', p.source::regtype, p.target::regtype),
           EXISTS (SELECT FROM pg_cast AS k WHERE k.castsource = p.source AND k.casttarget = p.target),
           format('CREATE CAST (%s AS %s) WITHOUT FUNCTION AS ASSIGNMENT', p.source::regtype, p.target::regtype),
           format('DROP CAST (%s AS %s)', p.source::regtype, p.target::regtype)
    FROM (SELECT theirs, ours FROM pair UNION ALL SELECT ours, theirs FROM pair) AS p (source, target)
    UNION ALL
    SELECT format('operator class %I.%I of access method synaptic', c.nspname, c.opcname),
           EXISTS (SELECT FROM pg_opclass AS k JOIN pg_namespace AS n ON n.oid = k.opcnamespace JOIN pg_am AS a ON a.oid = k.opcmethod
                   WHERE (a.amname, n.nspname, k.opcname) = ('synaptic', c.nspname, c.opcname)),
           format('CREATE OPERATOR CLASS %I.%I%s FOR TYPE %s USING synaptic AS %s%s%s',
               c.nspname, c.opcname, CASE WHEN c.is_default THEN ' DEFAULT' ELSE '' END, c.input::regtype, o.list, ', ' || f.list, c.storage),
           -- The class goes with its family, which is its own.
           format('DROP OPERATOR FAMILY %I.%I USING synaptic', c.nspname, c.opcname)
    FROM class AS c JOIN operators AS o ON o.oid = c.oid AND o.complete LEFT JOIN functions AS f ON f.oid = c.oid
    WHERE COALESCE(f.complete, true)
    ORDER BY 1;
END;
COMMENT ON FUNCTION qstore.pgvector_adoption() IS
    'what qstore.adopt_pgvector() creates in this database: each object, whether it is there, the commands that create and drop it';

CREATE FUNCTION qstore.adopt_pgvector() RETURNS SETOF text
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE ROWS 20 COST 10000 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'adopt_pgvector_wrapper';
COMMENT ON FUNCTION qstore.adopt_pgvector() IS
    'creates casts between pgvector''s types and ours that copy no byte, and synaptic''s operator classes over pgvector''s types; returns what it created; for superusers';

CREATE FUNCTION qstore.release_pgvector() RETURNS SETOF text
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE ROWS 20 COST 10000 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'release_pgvector_wrapper';
COMMENT ON FUNCTION qstore.release_pgvector() IS
    'drops what qstore.adopt_pgvector() created, and returns it; an error while an index uses one of the operator classes; for superusers';
