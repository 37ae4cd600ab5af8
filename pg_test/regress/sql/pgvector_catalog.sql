-- What pgvector 0.8.6 has for its types, as the catalogs tell it, against what is here. data/pgvector-0.8.6.tsv was written by the view below
-- in a database with pgvector, without its access methods; the bodies are not compared.
CREATE TEMP VIEW fact AS
WITH member AS (
    SELECT d.classid, d.objid, e.extname FROM pg_depend d JOIN pg_extension e ON d.refobjid = e.oid AND d.refclassid = 'pg_extension'::regclass WHERE d.deptype = 'e'
)
SELECT m.extname AS extension, 'function' AS kind, p.oid::regprocedure::text AS identity,
       concat_ws(' ', 'returns', p.prorettype::regtype, CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END,
                 CASE WHEN p.proisstrict THEN 'strict' END, 'parallel ' || p.proparallel::text, 'kind ' || p.prokind::text, 'cost', p.procost) AS properties
FROM member m JOIN pg_proc p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid
UNION ALL
SELECT m.extname, 'aggregate', a.aggfnoid::regprocedure::text,
       concat_ws(' ', 'state', a.aggtranstype::regtype, 'initially', a.agginitval, 'by', a.aggtransfn::regprocedure, 'combined by', a.aggcombinefn::regprocedure, 'final', a.aggfinalfn::regprocedure)
FROM member m JOIN pg_aggregate a ON m.classid = 'pg_proc'::regclass AND a.aggfnoid = m.objid
UNION ALL
SELECT m.extname, 'operator', o.oid::regoperator::text,
       concat_ws(' ', 'is', o.oprcode::regprocedure, 'returns', o.oprresult::regtype, 'commutator', o.oprcom::regoperator, 'negator', o.oprnegate::regoperator,
                 'selectivity', o.oprrest, o.oprjoin, CASE WHEN o.oprcanmerge THEN 'merges' END, CASE WHEN o.oprcanhash THEN 'hashes' END)
FROM member m JOIN pg_operator o ON m.classid = 'pg_operator'::regclass AND o.oid = m.objid
UNION ALL
SELECT m.extname, 'cast', c.castsource::regtype || ' to ' || c.casttarget::regtype,
       concat_ws(' ', 'by', c.castfunc::regprocedure, CASE c.castcontext WHEN 'i' THEN 'implicit' WHEN 'a' THEN 'assignment' ELSE 'explicit' END)
FROM member m JOIN pg_cast c ON m.classid = 'pg_cast'::regclass AND c.oid = m.objid
UNION ALL
SELECT m.extname, 'btree operator class', c.opcname,
       concat_ws(' ', CASE WHEN c.opcdefault THEN 'default' END, 'for', c.opcintype::regtype,
                 (SELECT string_agg(o.amopopr::regoperator::text, ' ' ORDER BY o.amopstrategy) FROM pg_amop o WHERE o.amopfamily = c.opcfamily),
                 (SELECT string_agg(p.amproc::regprocedure::text, ' ' ORDER BY p.amprocnum) FROM pg_amproc p WHERE p.amprocfamily = c.opcfamily))
FROM member m JOIN pg_opclass c ON m.classid = 'pg_opclass'::regclass AND c.oid = m.objid JOIN pg_am a ON a.oid = c.opcmethod AND a.amname = 'btree'
UNION ALL
SELECT m.extname, 'type', t.oid::regtype::text,
       concat_ws(' ', 'length', t.typlen, 'alignment', t.typalign, 'storage', t.typstorage, 'category', t.typcategory, 'functions', t.typinput, t.typoutput,
                 t.typreceive, t.typsend, t.typmodin, t.typmodout, t.typanalyze, 'delimiter', t.typdelim, 'default', t.typdefault)
FROM member m JOIN pg_type t ON m.classid = 'pg_type'::regclass AND t.oid = m.objid AND t.typelem = 0 AND t.typtype = 'b';

CREATE TEMP TABLE pgvector (kind text, identity text, properties text);
\getenv srcdir PG_ABS_SRCDIR
\set data :srcdir '/data/pgvector-0.8.6.tsv'
COPY pgvector FROM :'data';

-- Nothing is missing.
SELECT kind, identity FROM pgvector EXCEPT SELECT kind, identity FROM fact WHERE extension = 'qstore' ORDER BY 1, 2;

-- What differs, on purpose: the selectivity of <> is that of <>, not that of =.
SELECT kind, identity, p.properties AS theirs, q.properties AS ours
FROM pgvector p JOIN fact q USING (kind, identity) WHERE q.extension = 'qstore' AND p.properties <> q.properties ORDER BY 1, 2;

-- How much was compared.
SELECT kind, count(*) FROM pgvector GROUP BY kind ORDER BY kind;
