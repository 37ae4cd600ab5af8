-- Operator classes of filter columns: the columns of a synaptic index after its vector.
--
-- Every type that a B-tree orders by default gets a class of the same name with the same operators. It needs no support function; how values
-- become keys is in src/synaptic/keys.rs.

CREATE FUNCTION qstore.create_filter_class(type regtype) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT SET search_path = pg_catalog, pg_temp AS $function$
DECLARE
    class pg_catalog.pg_opclass;
    place text := (SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'qstore');
    synaptic oid := (SELECT oid FROM pg_am WHERE amname = 'synaptic');
    name text;
    operators text;
    across text;
    what text;
BEGIN
    SELECT c.* INTO class
    FROM pg_opclass c JOIN pg_am a ON a.oid = c.opcmethod
    WHERE a.amname = 'btree' AND c.opcdefault AND c.opcintype = create_filter_class.type;
    IF class.oid IS NULL THEN
        RAISE EXCEPTION 'type % has no default B-tree operator class', create_filter_class.type
            USING ERRCODE = 'undefined_object', DETAIL = 'Conditions on a filter column are those that a B-tree supports.';
    END IF;
    name := place || '.' || quote_ident(class.opcname);
    SELECT string_agg(format('OPERATOR %s %s (%s, %s)', m.amopstrategy, m.operator, m.amoplefttype::regtype, m.amoprighttype::regtype), ', ' ORDER BY m.amopstrategy)
               FILTER (WHERE m.amoprighttype = class.opcintype),
           string_agg(format('OPERATOR %s %s (%s, %s)', m.amopstrategy, m.operator, m.amoplefttype::regtype, m.amoprighttype::regtype), ', ' ORDER BY m.amoprighttype, m.amopstrategy)
               FILTER (WHERE m.amoprighttype <> class.opcintype)
    INTO operators, across
    FROM (SELECT amopstrategy, amoplefttype, amoprighttype,
                 (SELECT format('%I.%s', n.nspname, o.oprname) FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace WHERE o.oid = amopopr) AS operator
          FROM pg_amop
          WHERE amopfamily = class.opcfamily AND amoplefttype = class.opcintype AND amoppurpose = 's') m;
    EXECUTE format('CREATE OPERATOR FAMILY %s USING synaptic', name);
    EXECUTE format('CREATE OPERATOR CLASS %1$s %2$s FOR TYPE %3$s USING synaptic FAMILY %1$s AS %4$s', name,
        CASE WHEN EXISTS (SELECT FROM pg_opclass WHERE opcmethod = synaptic AND opcdefault AND opcintype = class.opcintype) THEN '' ELSE 'DEFAULT' END,
        create_filter_class.type, operators);
    IF across IS NOT NULL THEN
        EXECUTE format('ALTER OPERATOR FAMILY %s USING synaptic ADD %s', name, across);
    END IF;
    what := format('filters by values of type %s', create_filter_class.type);
    EXECUTE format('COMMENT ON OPERATOR CLASS %s USING synaptic IS %L', name, what);
    EXECUTE format('COMMENT ON OPERATOR FAMILY %s USING synaptic IS %L', name, what);
END
$function$;
COMMENT ON FUNCTION qstore.create_filter_class(regtype) IS
    'lets columns of a type that has a default B-tree operator class be filter columns of synaptic indexes; every type of PostgreSQL can from the start';

DO $do$
DECLARE
    kind regtype;
BEGIN
    FOR kind IN
        SELECT c.opcintype
        FROM pg_catalog.pg_opclass c JOIN pg_catalog.pg_am a ON a.oid = c.opcmethod
        WHERE a.amname = 'btree' AND c.opcdefault AND c.opcnamespace = 'pg_catalog'::regnamespace
        ORDER BY c.opcname
    LOOP
        PERFORM qstore.create_filter_class(kind);
    END LOOP;
END
$do$;
