-- What the catalogs say of the extension.
-- No object goes without a comment: functions, types, operators, casts, operator classes and families, the schema, access methods.
SELECT pg_describe_object(d.classid, d.objid, d.objsubid) AS without_comment
FROM pg_depend d JOIN pg_extension e ON d.refobjid = e.oid AND d.refclassid = 'pg_extension'::regclass
WHERE e.extname = 'qstore' AND d.deptype = 'e'
  AND obj_description(d.objid, d.classid::regclass::name) IS NULL
  AND NOT (d.classid = 'pg_type'::regclass AND EXISTS (SELECT FROM pg_type t WHERE t.oid = d.objid AND (t.typelem <> 0 OR t.typrelid <> 0)))
ORDER BY 1;

-- The functions of vector: all immutable, strict and parallel safe, at the cost of any C function.
SELECT p.oid::regprocedure AS function, p.prorettype::regtype AS returns, p.provolatile AS volatility, p.proisstrict AS strict, p.proparallel AS parallel, p.procost AS cost
FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e'
JOIN pg_extension e ON d.refobjid = e.oid AND e.extname = 'qstore'
WHERE ('vector'::regtype = ANY (p.proargtypes) OR p.prorettype = 'vector'::regtype OR p.proname LIKE 'vector%')
  AND p.proname ~ '^(vector.*|array_to_vector|(l1|l2|cosine)_distance|inner_product|l2_normalize|subvector)$' AND p.prokind = 'f'
ORDER BY p.proname COLLATE "C", p.oid::regprocedure::text COLLATE "C";

-- Its operators, and what stands for the planner behind them.
SELECT o.oid::regoperator AS operator, o.oprcode AS function, o.oprcom::regoperator AS commutator, o.oprnegate::regoperator AS negator, o.oprrest AS restrict, o.oprjoin AS "join"
FROM pg_operator o WHERE o.oprleft = 'vector'::regtype AND o.oprright = 'vector'::regtype ORDER BY o.oprname COLLATE "C";

-- The type: storage external, alignment of a 4-byte integer, an array type of its own.
SELECT typlen, typbyval, typalign, typstorage, typcategory, typarray::regtype FROM pg_type WHERE oid = 'vector'::regtype;

-- No body of ours is SQL text that a search_path could lead astray without fixing its own.
SELECT p.oid::regprocedure AS open_to_search_path
FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e'
JOIN pg_extension e ON d.refobjid = e.oid AND e.extname = 'qstore' JOIN pg_language l ON l.oid = p.prolang
WHERE l.lanname NOT IN ('c', 'internal') AND p.proconfig IS NULL AND p.prosqlbody IS NULL
ORDER BY 1;

-- Functions and operators of the same names in front of ours change nothing in what runs inside.
CREATE SCHEMA hostile;
CREATE FUNCTION hostile.vector_add(public.vector, public.vector) RETURNS public.vector LANGUAGE sql AS $$ SELECT NULL::public.vector $$;
CREATE FUNCTION hostile.vector_accum(float8[], public.vector) RETURNS float8[] LANGUAGE sql AS $$ SELECT NULL::float8[] $$;
CREATE FUNCTION hostile.numeric_float4(numeric) RETURNS real LANGUAGE sql AS $$ SELECT 0::real $$;
SET search_path = hostile, pg_catalog;
SELECT public.avg(v), public.sum(v) FROM unnest(ARRAY['[1,2]'::public.vector, '[3,4]']) AS v;
SELECT '[1,2]'::public.vector OPERATOR(public.<->) '[4,6]', ARRAY[1.5]::public.vector(1);
RESET search_path;
DROP SCHEMA hostile CASCADE;
