SELECT * FROM sequences WHERE dna_sequence = CAST('ATGC' AS "Ext".dna) AND b <> CAST('acgt' AS "Ext".dna)::text AND c IN (CAST('A' AS "Ext".dna), CAST('T' AS "Ext".dna))
