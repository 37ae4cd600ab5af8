-- Simulation of quantum algorithms: circuits and Grover's search.
-- Functions with a seed are VOLATILE, because without a seed they draw a new one; the others are STABLE, because the setting
-- qstore.max_qubits decides what they refuse.

-- circuits

CREATE FUNCTION qstore.simulate(circuit text, shots bigint DEFAULT 1024, seed bigint DEFAULT NULL,
        OUT outcome text, OUT count bigint, OUT frequency double precision)
    RETURNS SETOF record LANGUAGE c VOLATILE PARALLEL SAFE COST 10000 ROWS 16 AS 'MODULE_PATHNAME', 'simulate_wrapper';
COMMENT ON FUNCTION qstore.simulate(text, bigint, bigint) IS
    'runs a quantum circuit shots times and counts the outcomes; the same seed gives the same counts, without a seed each call draws anew';

CREATE FUNCTION qstore.statevector(circuit text) RETURNS qvector
    LANGUAGE c STABLE STRICT PARALLEL SAFE COST 10000 AS 'MODULE_PATHNAME', 'statevector_wrapper';
COMMENT ON FUNCTION qstore.statevector(text) IS
    'state of a circuit of up to 13 qubits before the measurements at its end, qubit 0 the least significant';

CREATE FUNCTION qstore.to_openqasm(circuit text) RETURNS text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'to_openqasm_wrapper';
COMMENT ON FUNCTION qstore.to_openqasm(text) IS 'a circuit as an OpenQASM 3 program';

CREATE FUNCTION qstore.to_ionq_json(circuit text) RETURNS jsonb
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'to_ionq_json_wrapper';
COMMENT ON FUNCTION qstore.to_ionq_json(text) IS 'a circuit as the input of a job for IonQ (ionq.circuit.v1, gate set qis)';

CREATE FUNCTION qstore.circuit_json(circuit text) RETURNS jsonb
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'circuit_json_wrapper';
COMMENT ON FUNCTION qstore.circuit_json(text) IS 'a circuit in its JSON form, which every function of circuits reads, too';

-- Grover's search

CREATE FUNCTION qstore.grover_search(qubits integer, marked bigint[], rounds bigint DEFAULT NULL, seed bigint DEFAULT NULL,
        OUT outcome bigint, OUT found boolean, OUT solutions bigint, OUT iterations bigint, OUT oracle_calls bigint,
        OUT success_probability double precision, OUT closed_form double precision)
    LANGUAGE c VOLATILE PARALLEL SAFE COST 10000 AS 'MODULE_PATHNAME', 'grover_search_marked_wrapper';
COMMENT ON FUNCTION qstore.grover_search(integer, bigint[], bigint, bigint) IS
    'simulates Grover''s search for the marked ones of 2^qubits states, with as many iterations as make success most likely unless rounds is given';

CREATE FUNCTION qstore.grover_search(oracle regprocedure, qubits integer, rounds bigint DEFAULT NULL, seed bigint DEFAULT NULL,
        OUT outcome bigint, OUT found boolean, OUT solutions bigint, OUT iterations bigint, OUT oracle_calls bigint,
        OUT success_probability double precision, OUT closed_form double precision)
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 10000 AS 'MODULE_PATHNAME', 'grover_search_oracle_wrapper';
COMMENT ON FUNCTION qstore.grover_search(regprocedure, integer, bigint, bigint) IS
    'simulates Grover''s search for the states that a function from bigint to boolean is true for';
