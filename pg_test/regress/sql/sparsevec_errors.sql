-- Text that is no sparse vector: each with its SQLSTATE, and the session goes on.
SELECT ''::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '1:1/1'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '[1]'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{ '::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{:'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{,'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{}'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{}/'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{}x/1'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{}/1a'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{}/a'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{}/1.5'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{}/ -'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{:}/1'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{,}/1'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1,}/1'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{:1}/1'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1:}/1'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1:1'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1:1,'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1a:1}/1'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{a:1}/1'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1.5:1}/2'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1:1a}/1'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1:hello,2:1}/2'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1:1 2:2}/2'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1:1,}/1'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1:1,,2:2}/2'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1:1:1}/1'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1:0x10}/1'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1:- 1}/1'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{- 1:1}/1'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1:1}/1}'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{{1:1}}/1'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
-- Values that are no element.
SELECT '{1:NaN,2:1}/2'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1:1,2:-nan}/2'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1:Infinity,2:1}/2'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1:-Infinity,2:1}/2'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1:4e38,2:1}/2'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1:-1e999}/1'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1:1e-46,2:1}/2'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1:1,2:-1e-46}/2'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
-- Dimensions out of range.
SELECT '{}/0'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{}/-1'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{}/1000000001'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{}/2147483648'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{}/-2147483649'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{}/9223372036854775808'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{}/-9223372036854775809'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{}/18446744073709551617'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
-- Indices that are none, or come twice.
SELECT '{0:1}/1'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{2:1}/1'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{-1:1}/1'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{2147483647:1}/1'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{2147483648:1}/1'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{4294967297:1}/1'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{-2147483648:1}/1'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{-2147483649:1}/1'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{99999999999999999999:1}/1'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1:1,1:1}/2'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1:1,2:1,1:1}/2'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
-- More elements than a sparsevec holds, zeroes included.
SELECT ('{' || string_agg(i || ':1', ',') || '}/20000')::sparsevec FROM generate_series(1, 16001) AS i;
\echo :LAST_ERROR_SQLSTATE
SELECT ('{' || string_agg(i || ':0', ',') || '}/20000')::sparsevec FROM generate_series(1, 16001) AS i;
\echo :LAST_ERROR_SQLSTATE
-- Bytes outside ASCII are quoted whole.
SELECT '{1:größer}/1'::sparsevec;
\echo :LAST_ERROR_SQLSTATE
-- An overlong text is refused without being repeated at length.
SELECT repeat('x', 1000000)::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT ('{' || repeat('1', 1000000) || ':1}/1')::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT ('{1:' || repeat('1', 1000000) || '}/1')::sparsevec;
\echo :LAST_ERROR_SQLSTATE
-- Long, but a vector.
SELECT ('{' || repeat(' ', 1000000) || repeat('0', 1000000) || '1:1}/' || repeat('0', 1000000) || '1')::sparsevec;
-- A vector's text that ends early, after any byte, is refused.
DO $$
DECLARE
    whole text := ' {1:1.5e1 , 3 : -2}/5';
    states text[] := '{}';
    value sparsevec;
BEGIN
    FOR cut IN 0 .. length(whole) - 1 LOOP
        BEGIN
            value := left(whole, cut)::sparsevec;
            RAISE NOTICE 'accepted: %', left(whole, cut);
        EXCEPTION WHEN OTHERS THEN
            states := states || SQLSTATE::text;
        END;
    END LOOP;
    RAISE NOTICE 'refused % of %, with %', cardinality(states), length(whole), (SELECT string_agg(DISTINCT state, ', ') FROM unnest(states) AS state);
END $$;
