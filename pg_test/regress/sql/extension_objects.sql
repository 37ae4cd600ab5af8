-- Every object of the extension, as \dx+ lists them, without the array types, which only some versions of PostgreSQL count.
SELECT pg_describe_object(d.classid, d.objid, d.objsubid) AS object
FROM pg_depend d JOIN pg_extension e ON d.refobjid = e.oid AND d.refclassid = 'pg_extension'::regclass
WHERE e.extname = 'qstore' AND d.deptype = 'e'
  AND NOT (d.classid = 'pg_type'::regclass AND EXISTS (SELECT FROM pg_type t WHERE t.oid = d.objid AND (t.typelem <> 0 OR t.typrelid <> 0)))
ORDER BY pg_describe_object(d.classid, d.objid, d.objsubid) COLLATE "C";
