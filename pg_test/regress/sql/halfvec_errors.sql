-- Text that is no halfvec: the reader is that of vector, so here stands what differs, and one error of every kind.
SELECT ''::halfvec;
\echo :LAST_ERROR_SQLSTATE
SELECT '1,2,3'::halfvec;
\echo :LAST_ERROR_SQLSTATE
SELECT '['::halfvec;
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,2,3'::halfvec;
\echo :LAST_ERROR_SQLSTATE
SELECT '[hello,1]'::halfvec;
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,]'::halfvec;
\echo :LAST_ERROR_SQLSTATE
SELECT '[1a]'::halfvec;
\echo :LAST_ERROR_SQLSTATE
SELECT '[1, ,3]'::halfvec;
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,2,3]9'::halfvec;
\echo :LAST_ERROR_SQLSTATE
SELECT '[]'::halfvec;
\echo :LAST_ERROR_SQLSTATE
SELECT '[NaN,1]'::halfvec;
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,-Infinity]'::halfvec;
\echo :LAST_ERROR_SQLSTATE

-- Too large: from half way between the largest half and the next power of two on.
SELECT '[1,65520]'::halfvec;
\echo :LAST_ERROR_SQLSTATE
SELECT '[-65520]'::halfvec;
\echo :LAST_ERROR_SQLSTATE
SELECT '[4e38,1]'::halfvec;
\echo :LAST_ERROR_SQLSTATE
SELECT '[-1e999]'::halfvec;
\echo :LAST_ERROR_SQLSTATE
SELECT ('[' || repeat('0.5,', 16000) || '1]')::halfvec;
\echo :LAST_ERROR_SQLSTATE

-- A literal of no known type could be of several.
SELECT vector_dims('[1,2,3]');
\echo :LAST_ERROR_SQLSTATE
