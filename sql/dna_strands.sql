-- Strand export: bytes as oligos of 100 to 200 bases, and back from any order with losses.

CREATE FUNCTION dna_strands(data bytea, strand_length integer DEFAULT 150, parity integer DEFAULT 20, level integer DEFAULT 19) RETURNS SETOF text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 100 AS 'MODULE_PATHNAME', 'dna_strands_wrapper';
COMMENT ON FUNCTION dna_strands(bytea, integer, integer, integer) IS
    'the bytes as strands of at most strand_length (100 to 200) bases, no base four times in a row, 40 to 60 % GC; of all strands, parity percent may be lost';

CREATE FUNCTION dna_fasta(data bytea, strand_length integer DEFAULT 150, parity integer DEFAULT 20, level integer DEFAULT 19) RETURNS text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10000 AS 'MODULE_PATHNAME', 'dna_fasta_wrapper';
COMMENT ON FUNCTION dna_fasta(bytea, integer, integer, integer) IS 'the strands of dna_strands as one FASTA text';

CREATE FUNCTION dna_from_strands(strands text[]) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10000 AS 'MODULE_PATHNAME', 'dna_from_strands_wrapper';
COMMENT ON FUNCTION dna_from_strands(text[]) IS
    'the bytes of strands (or FASTA texts) in any order and direction, some of them lost, repeated or damaged; an error if more are missing than there is parity';

CREATE FUNCTION dna_strand_stats(
    strands text[],
    OUT strands_read bigint, OUT unusable bigint, OUT duplicates bigint, OUT strands_written bigint, OUT parity_strands bigint, OUT missing bigint,
    OUT readable boolean, OUT raw_bytes bigint, OUT payload_bytes bigint, OUT bases bigint, OUT bits_per_base double precision
)
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10000 AS 'MODULE_PATHNAME', 'dna_strand_stats_wrapper';
COMMENT ON FUNCTION dna_strand_stats(text[]) IS
    'what a pool of strands holds: how many are unusable, repeated, missing; whether it can be read; compressed bits a base of those that were read';
