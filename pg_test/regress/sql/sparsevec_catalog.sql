-- The functions of sparsevec and bit: all immutable and parallel safe, at the cost of any C function; strict but for the aggregates' parts.
SELECT p.oid::regprocedure AS function, p.prorettype::regtype AS returns, p.provolatile AS volatility, p.proisstrict AS strict, p.proparallel AS parallel, p.procost AS cost
FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e'
JOIN pg_extension e ON d.refobjid = e.oid AND e.extname = 'qstore'
WHERE ('sparsevec'::regtype = ANY (p.proargtypes) OR 'bit'::regtype = ANY (p.proargtypes) OR p.prorettype = 'sparsevec'::regtype OR p.proname LIKE 'sparsevec%') AND p.prokind = 'f'
ORDER BY p.proname COLLATE "C", p.oid::regprocedure::text COLLATE "C";

-- Their operators, and what stands for the planner behind them.
SELECT o.oid::regoperator AS operator, o.oprcode AS function, o.oprcom::regoperator AS commutator, o.oprnegate::regoperator AS negator, o.oprrest AS restrict, o.oprjoin AS "join"
FROM pg_operator o JOIN pg_depend d ON d.objid = o.oid AND d.classid = 'pg_operator'::regclass AND d.deptype = 'e'
JOIN pg_extension e ON d.refobjid = e.oid AND e.extname = 'qstore'
WHERE o.oprleft IN ('sparsevec'::regtype, 'bit'::regtype) ORDER BY o.oprleft, o.oprname COLLATE "C";

-- The type: storage external, alignment of a 4-byte integer, an array type of its own.
SELECT typlen, typbyval, typalign, typstorage, typcategory, typarray::regtype FROM pg_type WHERE oid = 'sparsevec'::regtype;

-- The aggregates: parallel, with states that travel as bytea.
SELECT aggfnoid::regprocedure, aggtransfn, aggfinalfn, aggcombinefn, aggserialfn, aggdeserialfn, aggfinalmodify, aggtranstype::regtype, aggtransspace, agginitval, proparallel
FROM pg_aggregate JOIN pg_proc ON pg_proc.oid = aggfnoid WHERE proargtypes[0] = 'sparsevec'::regtype ORDER BY 1;

-- Operator classes of the type.
SELECT amname, opcname, opcdefault FROM pg_opclass JOIN pg_am ON pg_am.oid = opcmethod WHERE opcintype = 'sparsevec'::regtype AND amname = 'btree' ORDER BY 1, 2;
