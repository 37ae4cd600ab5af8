-- qvector: the stored bytes of every version, as written by its release, stay readable.
-- The values here are never made anew: a new version adds its own below. Native byte order, here little-endian.
-- A superuser takes bytes for a qvector unread and the other way round.

BEGIN;
CREATE CAST (bytea AS qvector) WITHOUT FUNCTION;
CREATE CAST (qvector AS bytea) WITHOUT FUNCTION;

-- version 1: version, flags, number of dimensions, amplitudes
SELECT '\x010001000000803f00000000'::bytea::qvector AS one,
    '\x010002009a99193f0000000000000000cdcc4c3f'::bytea::qvector AS two,
    '\x01000100000000000000803f'::bytea::qvector AS imaginary;

-- what is written today
SELECT '[1]'::qvector::bytea, '[0.6,0.8i]'::qvector::bytea;

-- damage: cut off, too long, no dimensions, not finite, zero, not normalised, minus zero, another version, flags
SAVEPOINT before;
SELECT '\x0100'::bytea::qvector;
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO before;
SELECT '\x010002009a99193f00000000'::bytea::qvector;
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO before;
SELECT '\x010001000000803f0000000000000000'::bytea::qvector;
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO before;
SELECT qvector_dims('\x01000000'::bytea::qvector);
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO before;
SELECT '\x010001000000c07f00000000'::bytea::qvector;
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO before;
SELECT fidelity('\x010001000000c07f00000000'::bytea::qvector, '[1]');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO before;
SELECT probabilities('\x010001000000000000000000'::bytea::qvector);
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO before;
SELECT '\x010001000000004000000000'::bytea::qvector;
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO before;
SELECT qvector_send('\x010001000000803f00000080'::bytea::qvector);
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO before;
SELECT '\x020001000000803f00000000'::bytea::qvector;
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO before;
SELECT '\x010101000000803f00000000'::bytea::qvector;
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
