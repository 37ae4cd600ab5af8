SELECT neuromatch.id FROM users neuromatch WHERE neuromatch.id = 1;
SELECT * FROM users neuromatch (a, b), books AS neuromatch(c);
SELECT * FROM json_to_record('{}') neuromatch (a int, b numeric(10, 2)[], c text COLLATE "C");
SELECT 1 AS neuromatch, 2 neuromatch, neuromatch title FROM t;
SELECT * FROM t neuromatch LEFT JOIN u quantum_join ON true CROSS JOIN v quantum_join;
SELECT * FROM t WHERE x LIKE neuromatch ESCAPE '!' ORDER BY neuromatch NULLS LAST;
CREATE TABLE neuromatch (quantum search, neuromatch text);
SELECT quantum search, dna FROM quantum_search;
SELECT arr[dna:acgt], json_object(dna:acgt) FROM t
