-- amvalidate names what is wrong with an operator class.
SET client_min_messages = warning;
CREATE SCHEMA broken;
SET search_path = public, broken;
-- Makes a class, says what is wrong with it, and takes it back.
CREATE FUNCTION broken.check(type regtype, parts text, added text DEFAULT NULL) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    valid boolean;
BEGIN
    EXECUTE 'CREATE OPERATOR FAMILY broken.some USING synaptic';
    EXECUTE format('CREATE OPERATOR CLASS broken.some FOR TYPE %s USING synaptic FAMILY broken.some AS %s', type, parts);
    IF added IS NOT NULL THEN
        EXECUTE 'ALTER OPERATOR FAMILY broken.some USING synaptic ADD ' || added;
    END IF;
    SELECT amvalidate(o.oid) INTO STRICT valid FROM pg_opclass o WHERE opcname = 'some' AND opcnamespace = 'broken'::regnamespace;
    EXECUTE 'DROP OPERATOR FAMILY broken.some USING synaptic CASCADE';
    RETURN valid;
END $$;
-- those of the extension are in order
SELECT count(*) > 40 AS many, bool_and(amvalidate(o.oid)) AS all_valid FROM pg_opclass o JOIN pg_am a ON a.oid = opcmethod WHERE amname = 'synaptic';

-- vectors
SELECT broken.check('vector', 'OPERATOR 1 <-> (vector, vector) FOR ORDER BY float_ops, FUNCTION 1 qstore.synaptic_l2(internal)');
SELECT broken.check('vector', 'FUNCTION 1 qstore.synaptic_l2(internal)');
SELECT broken.check('vector', 'OPERATOR 2 <-> (vector, vector) FOR ORDER BY float_ops, FUNCTION 1 qstore.synaptic_l2(internal)');
SELECT broken.check('vector', 'OPERATOR 1 = (vector, vector), FUNCTION 1 qstore.synaptic_l2(internal)');
SELECT broken.check('vector', 'OPERATOR 1 - (vector, vector) FOR ORDER BY float_ops, FUNCTION 1 qstore.synaptic_l2(internal)');
SELECT broken.check('vector', 'OPERATOR 1 <-> (vector, vector) FOR ORDER BY integer_ops, FUNCTION 1 qstore.synaptic_l2(internal)');
SELECT broken.check('vector', 'OPERATOR 1 <=> (vector, vector) FOR ORDER BY float_ops, FUNCTION 1 qstore.synaptic_l2(internal)');
SELECT broken.check('vector', 'OPERATOR 1 <-> (vector, vector) FOR ORDER BY float_ops, FUNCTION 1 qstore.synaptic_halfvec_l2(internal)');
SELECT broken.check('vector', 'OPERATOR 1 <-> (vector, vector) FOR ORDER BY float_ops, FUNCTION 1 bthandler(internal)');
SELECT broken.check('vector', 'OPERATOR 1 <-> (vector, vector) FOR ORDER BY float_ops, FUNCTION 1 vector_dims(vector)');
SELECT broken.check('vector', 'OPERATOR 1 <-> (vector, vector) FOR ORDER BY float_ops, FUNCTION 1 qstore.synaptic_l2(internal)',
    'OPERATOR 1 <-> (halfvec, halfvec) FOR ORDER BY float_ops, FUNCTION 1 (halfvec, halfvec) qstore.synaptic_halfvec_l2(internal)');

-- filter columns
SELECT broken.check('int4', 'OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >');
SELECT broken.check('int4', 'OPERATOR 1 <, OPERATOR 3 =, OPERATOR 5 >');
SELECT broken.check('int4', 'OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, OPERATOR 6 <>');
SELECT broken.check('int4', 'OPERATOR 1 >, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 <');
SELECT broken.check('int4', 'OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >', 'OPERATOR 3 = (int4, int8)');
SELECT broken.check('int4', 'OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >', 'OPERATOR 1 < (int8, int8)');
SELECT broken.check('text', 'OPERATOR 1 ~<~, OPERATOR 2 ~<=~, OPERATOR 3 =, OPERATOR 4 ~>=~, OPERATOR 5 ~>~');
SELECT broken.check('vector', 'OPERATOR 1 <-> (vector, vector) FOR ORDER BY float_ops');
SELECT broken.check('point', 'OPERATOR 3 ~= (point, point)');

DROP SCHEMA broken CASCADE;
