-- A schema in front of pg_catalog that has functions, operators and types of the same names changes nothing in what ours do.
CREATE TABLE probe (id int GENERATED ALWAYS AS IDENTITY, expression text);
CREATE TABLE outcome (path text, id int, result text);
INSERT INTO probe (expression) VALUES
    ($$ '[1,2.5]'::public.vector(2) $$), ($$ ' [1, 2.5] '::public.halfvec(2) $$),
    ($$ pg_catalog.array_to_string(ARRAY['[1]'::public.vector, '[2]'], ';') $$),
    ($$ public.vector_send('[1,2.5]') $$), ($$ public.halfvec_send('[1,2.5]') $$),
    ($$ ARRAY[1.5, 2]::public.vector $$), ($$ ARRAY[1.5, 2]::public.halfvec $$), ($$ ARRAY[1, 2]::public.vector(2) $$),
    ($$ '{1,2}'::pg_catalog.float8[]::public.vector $$), ($$ '{1,2}'::pg_catalog.float4[]::public.halfvec $$),
    ($$ '[1,2]'::public.vector::pg_catalog.float4[] $$), ($$ '[1,2]'::public.halfvec::pg_catalog.float4[] $$),
    ($$ '[1,2]'::public.vector::public.halfvec::public.vector $$),
    ($$ '[1,2]'::public.vector OPERATOR(public.<->) '[4,6]' $$), ($$ '[1,2]'::public.halfvec OPERATOR(public.<->) '[4,6]' $$),
    ($$ '[1,2]'::public.vector OPERATOR(public.<#>) '[4,6]' $$), ($$ '[1,2]'::public.halfvec OPERATOR(public.<=>) '[4,8]' $$),
    ($$ '[1,2]'::public.vector OPERATOR(public.<+>) '[4,6]' $$), ($$ public.vector_norm('[3,4]') $$), ($$ public.l2_norm('[3,4]'::public.halfvec) $$),
    ($$ '[1,2]'::public.vector OPERATOR(public.+) '[4,6]' $$), ($$ '[1,2]'::public.halfvec OPERATOR(public.*) '[4,6]' $$),
    ($$ '[1,2]'::public.vector OPERATOR(public.||) '[4,6]' $$), ($$ public.l2_normalize('[0,4]'::public.vector) $$),
    ($$ public.subvector('[1,2,3]'::public.vector, 2, 2) $$), ($$ public.binary_quantize('[1,-2,3]'::public.vector) $$),
    ($$ '[1,2]'::public.vector OPERATOR(public.<) '[1,3]' $$), ($$ public.halfvec_cmp('[1,2]', '[1]') $$),
    ($$ '{1:1.5,3:2}/3'::public.sparsevec(3) $$), ($$ '[1,0,2]'::public.vector::public.sparsevec $$), ($$ '{1:3}/2'::public.sparsevec OPERATOR(public.<->) '{2:4}/2' $$),
    ($$ ARRAY[0, 1.5]::public.sparsevec::public.halfvec $$), ($$ B'101' OPERATOR(public.<~>) B'011' $$), ($$ B'101' OPERATOR(public.<%>) B'011' $$),
    ($$ SELECT public.avg(v) FROM pg_catalog.unnest(ARRAY['[1,2]'::public.vector, '[3,4]']) AS v $$),
    ($$ SELECT public.sum(v) FROM pg_catalog.unnest(ARRAY['[1,2]'::public.halfvec, '[3,4]']) AS v $$),
    ($$ SELECT pg_catalog.string_agg(v::pg_catalog.text, ' ' ORDER BY v) FROM (SELECT DISTINCT v FROM pg_catalog.unnest(ARRAY['[2]'::public.vector, '[1]', '[2]']) AS v) AS t $$),
    ($$ SELECT pg_catalog.count(*) FROM public.indexed WHERE v OPERATOR(public.>=) '[40]' $$);
CREATE TABLE indexed (v vector PRIMARY KEY);
INSERT INTO indexed SELECT ARRAY[i]::vector FROM generate_series(1, 50) AS i;

SELECT format('INSERT INTO public.outcome VALUES (%L, %s, (%s)::pg_catalog.text)', 'plain', id, expression) FROM probe ORDER BY id \gexec

CREATE SCHEMA hostile;
-- Types.
CREATE DOMAIN hostile.vector AS text;
CREATE DOMAIN hostile.halfvec AS text;
CREATE DOMAIN hostile.float8 AS text;
CREATE DOMAIN hostile.float4 AS text;
CREATE DOMAIN hostile.numeric AS text;
CREATE DOMAIN hostile.int4 AS text;
-- Functions: what ours are made of, and ours.
SELECT format('CREATE FUNCTION hostile.%I(%s) RETURNS %s LANGUAGE plpgsql AS %L', p.proname, pg_get_function_identity_arguments(p.oid), p.prorettype::regtype, 'BEGIN RAISE EXCEPTION ''led astray''; END')
FROM pg_proc p WHERE p.prokind = 'f' AND p.prorettype <> 'internal'::regtype AND NOT 'internal'::regtype = ANY (p.proargtypes) AND NOT 'cstring'::regtype = ANY (p.proargtypes)
  AND p.prorettype NOT IN ('cstring'::regtype, 'trigger'::regtype)
  AND (p.pronamespace = 'pg_catalog'::regnamespace AND p.proname IN ('numeric_float4', 'float8', 'float4', 'int4', 'numeric', 'float8pl', 'float8lt', 'sqrt', 'dsqrt', 'acos', 'abs', 'array_append', 'unnest', 'format_type', 'btint4cmp')
       AND NOT 'anyarray'::regtype = ANY (p.proargtypes) AND NOT 'bytea'::regtype = ANY (p.proargtypes) -- numbers of bytes are new in 18
    OR p.pronamespace = 'public'::regnamespace AND p.proname ~ '^(vector|halfvec|sparsevec)_') ORDER BY p.oid \gexec
-- Operators.
SELECT format('CREATE OPERATOR hostile.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = hostile.%s)', o.oprname, o.oprleft::regtype, o.oprright::regtype, f.name)
FROM (VALUES ('vector_add'), ('halfvec_add'), ('float8pl'), ('float8lt')) AS f(name) JOIN pg_proc p ON p.proname = f.name AND p.pronamespace = 'hostile'::regnamespace
JOIN pg_operator o ON o.oprleft = p.proargtypes[0] AND o.oprright = p.proargtypes[1] AND o.oprresult = p.prorettype AND o.oprnamespace <> 'hostile'::regnamespace ORDER BY o.oid \gexec
SELECT count(*) > 20 AS functions_in_the_way FROM pg_proc WHERE pronamespace = 'hostile'::regnamespace;
SELECT count(*) > 10 AS operators_in_the_way FROM pg_operator WHERE oprnamespace = 'hostile'::regnamespace;

SELECT string_agg(format('INSERT INTO public.outcome VALUES (%L, %s, (%s)::pg_catalog.text)', 'hostile', id, expression), ';' ORDER BY id) AS probes FROM probe \gset
SET search_path = hostile, pg_catalog;
-- They are found first, by a user who does not say which ones are meant.
SELECT 1::pg_catalog.float8 + 2::pg_catalog.float8;
SELECT public.vector_norm('[3,4]'), vector_norm('[3,4]');
:probes;
RESET search_path;

-- The same answers.
SELECT p.id, p.result AS plain, h.result AS hostile FROM outcome p FULL JOIN outcome h ON h.id = p.id AND h.path = 'hostile'
WHERE p.path = 'plain' AND p.result IS DISTINCT FROM h.result ORDER BY 1;
SELECT path, count(*), count(result) FROM outcome GROUP BY path ORDER BY path;

-- In a schema of its own, created while such a schema is in front, the extension is the same.
\set home :DBNAME
CREATE DATABASE qstore_regress_path;
\c qstore_regress_path
CREATE SCHEMA hostile;
CREATE DOMAIN hostile.float8 AS text;
CREATE DOMAIN hostile.int4 AS text;
CREATE FUNCTION hostile.scalarltsel(internal, oid, internal, integer) RETURNS float8 LANGUAGE internal AS 'eqsel';
CREATE SCHEMA types;
SET search_path = hostile, pg_catalog;
CREATE EXTENSION qstore SCHEMA types;
SELECT o.oid::regoperator, o.oprcode, o.oprrest FROM pg_operator o WHERE o.oprname = '<' AND o.oprleft = 'types.vector'::regtype;
SELECT '[1,2]'::types.vector OPERATOR(types.<->) '[4,6]', types.avg('[1,2]'::types.halfvec), ARRAY[1.5]::types.vector(1);
RESET search_path;
-- And it works for those who have that schema in their path.
SET search_path = types;
SELECT '[1,2]'::vector <-> '[4,6]', pg_typeof('[1]'::vector + '[1]'::halfvec);
\c :home
SET client_min_messages = warning;
DROP DATABASE qstore_regress_path;
DROP SCHEMA hostile CASCADE;
DROP TABLE probe, outcome, indexed;
