-- Test only: pgvector's access methods as further names of `synaptic`, with its operator classes. Types, functions and
-- operators are qstore's.

\echo Use "CREATE EXTENSION vector" to load this file. \quit

CREATE FUNCTION hnswhandler(internal) RETURNS index_am_handler LANGUAGE c AS 'MODULE_PATHNAME';
CREATE ACCESS METHOD hnsw TYPE INDEX HANDLER hnswhandler;

CREATE FUNCTION ivfflathandler(internal) RETURNS index_am_handler LANGUAGE c AS 'MODULE_PATHNAME';
CREATE ACCESS METHOD ivfflat TYPE INDEX HANDLER ivfflathandler;

-- Every operator class of synaptic over one type gets sisters of the same name, operators and support functions: all of them
-- for hnsw, for ivfflat those that pgvector has. pgvector's one default is vector_l2_ops of ivfflat.
DO $$
DECLARE
    class record;
    method text;
BEGIN
    FOR class IN
        SELECT c.opcname, c.opcintype::regtype AS type,
            (SELECT string_agg(format('OPERATOR %s %s FOR ORDER BY %I.%I', o.amopstrategy, o.amopopr::regoperator, n.nspname, s.opfname), ', ')
             FROM pg_amop AS o JOIN pg_opfamily AS s ON s.oid = o.amopsortfamily JOIN pg_namespace AS n ON n.oid = s.opfnamespace
             WHERE o.amopfamily = c.opcfamily AND o.amoplefttype = c.opcintype) AS operators,
            (SELECT string_agg(format('FUNCTION %s %s', p.amprocnum, p.amproc::regprocedure), ', ')
             FROM pg_amproc AS p
             WHERE p.amprocfamily = c.opcfamily AND p.amproclefttype = c.opcintype) AS functions,
            CASE WHEN c.opckeytype <> 0 THEN format(', STORAGE %s', c.opckeytype::regtype) END AS storage
        FROM pg_opclass AS c JOIN pg_am AS m ON m.oid = c.opcmethod
        WHERE m.amname = 'synaptic' AND c.opcfamily IN (SELECT amprocfamily FROM pg_amproc) AND c.opcname ~ '^(vector|halfvec|sparsevec|bit)_'
        ORDER BY c.opcname
    LOOP
        FOREACH method IN ARRAY ARRAY['hnsw', 'ivfflat'] LOOP
            CONTINUE WHEN method = 'ivfflat' AND class.opcname !~ '^((vector|halfvec)_(l2|ip|cosine)|bit_hamming)_ops$';
            EXECUTE format(
                'CREATE OPERATOR CLASS @extschema@.%I %s FOR TYPE %s USING %s AS %s%s',
                class.opcname, CASE WHEN method = 'ivfflat' AND class.opcname = 'vector_l2_ops' THEN 'DEFAULT' END,
                class.type, method, concat_ws(', ', class.operators, class.functions), class.storage
            );
        END LOOP;
    END LOOP;
END $$;
