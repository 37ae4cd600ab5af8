-- Simulation of quantum algorithms: circuits, Grover's search, optimisation of binary variables.
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

CREATE FUNCTION qstore.states_where(predicate text, qubits integer) RETURNS bigint[]
    LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE COST 10000
    SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    marked bigint[];
BEGIN
    -- the search itself refuses more qubits than there may be, with its own words, before a state is looked at
    IF qubits BETWEEN 1 AND current_setting('qstore.max_qubits')::integer THEN
        EXECUTE format('SELECT array_agg(x) FROM generate_series(0, (1::bigint << $1) - 1) AS x WHERE (%s)', predicate) INTO marked USING qubits;
    END IF;
    RETURN coalesce(marked, '{}');
END
$function$;
COMMENT ON FUNCTION qstore.states_where(text, integer) IS
    'states x, from 0 to 2^qubits - 1, for which an SQL condition on x is true, to be marked for grover_search; names outside pg_catalog need their schema';

-- optimisation

CREATE FUNCTION qstore.solve_qubo(matrix double precision[], backend text DEFAULT 'sa', seed bigint DEFAULT NULL,
        sweeps integer DEFAULT 1000, reads integer DEFAULT 32,
        OUT assignment integer[], OUT energy double precision, OUT feasible boolean, OUT total_sweeps bigint, OUT acceptance double precision)
    LANGUAGE c VOLATILE PARALLEL RESTRICTED COST 1000000 AS 'MODULE_PATHNAME', 'solve_qubo_wrapper';
COMMENT ON FUNCTION qstore.solve_qubo(double precision[], text, bigint, integer, integer) IS
    'minimises x'' Q x over x of zeros and ones for a symmetric matrix Q, by backend sa, sqa, pt, tabu or exact; the same seed gives the same answer whatever the number of threads';

CREATE FUNCTION qstore.solve_problem(problem jsonb, backend text DEFAULT 'sa', seed bigint DEFAULT NULL,
        sweeps integer DEFAULT 1000, reads integer DEFAULT 32,
        OUT answer jsonb, OUT objective double precision, OUT feasible boolean,
        OUT assignment integer[], OUT energy double precision, OUT total_sweeps bigint, OUT acceptance double precision)
    LANGUAGE c VOLATILE PARALLEL RESTRICTED COST 1000000 AS 'MODULE_PATHNAME', 'solve_problem_wrapper';
COMMENT ON FUNCTION qstore.solve_problem(jsonb, text, bigint, integer, integer) IS
    'solves a problem made by max_cut, graph_coloring, travelling_salesman, subset_sum or ising, and says what the solution means and whether it meets the constraints';

CREATE FUNCTION qstore.problem_to_qubo(problem jsonb, OUT matrix double precision[], OUT energy_offset double precision)
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'problem_to_qubo_wrapper';
COMMENT ON FUNCTION qstore.problem_to_qubo(jsonb) IS 'a problem as a symmetric matrix Q and the constant by which its energy exceeds x'' Q x';

CREATE FUNCTION qstore.qubo_to_ising(matrix double precision[], OUT fields double precision[], OUT couplings double precision[],
        OUT energy_offset double precision)
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'qubo_to_ising_wrapper';
COMMENT ON FUNCTION qstore.qubo_to_ising(double precision[]) IS
    'the same energies of spins 2x - 1: fields, couplings above the diagonal, and the constant';

CREATE FUNCTION qstore.max_cut(edges integer[], weights double precision[] DEFAULT NULL) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN pg_catalog.jsonb_build_object('problem', 'max_cut', 'edges', pg_catalog.to_jsonb(edges), 'weights', pg_catalog.to_jsonb(weights));
COMMENT ON FUNCTION qstore.max_cut(integer[], double precision[]) IS
    'the problem of two parts of a graph with as much weight between them as possible; edges {{a,b},...} of nodes from 0, weights 1 unless given';

CREATE FUNCTION qstore.graph_coloring(edges integer[], colors integer) RETURNS jsonb
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN pg_catalog.jsonb_build_object('problem', 'coloring', 'edges', pg_catalog.to_jsonb(edges), 'colors', colors);
COMMENT ON FUNCTION qstore.graph_coloring(integer[], integer) IS
    'the problem of a color for every node of a graph, different ones at the ends of each edge';

CREATE FUNCTION qstore.travelling_salesman(distances double precision[]) RETURNS jsonb
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN pg_catalog.jsonb_build_object('problem', 'tsp', 'distances', pg_catalog.to_jsonb(distances));
COMMENT ON FUNCTION qstore.travelling_salesman(double precision[]) IS
    'the problem of the shortest round tour by a matrix of distances, from the row''s city to the column''s';

CREATE FUNCTION qstore.subset_sum(numbers double precision[], target double precision) RETURNS jsonb
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN pg_catalog.jsonb_build_object('problem', 'subset_sum', 'numbers', pg_catalog.to_jsonb(numbers), 'target', target);
COMMENT ON FUNCTION qstore.subset_sum(double precision[], double precision) IS
    'the problem of choosing numbers that sum up to a target';

CREATE FUNCTION qstore.ising(fields double precision[], couplings double precision[]) RETURNS jsonb
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN pg_catalog.jsonb_build_object('problem', 'ising', 'fields', pg_catalog.to_jsonb(fields), 'couplings', pg_catalog.to_jsonb(couplings));
COMMENT ON FUNCTION qstore.ising(double precision[], double precision[]) IS
    'the problem of spins +1 and -1 with the least energy, by fields and a matrix of couplings above the diagonal';
