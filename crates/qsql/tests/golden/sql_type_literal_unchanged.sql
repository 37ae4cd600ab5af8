SELECT neuromatch 'x', date '2024-01-01';
DO LANGUAGE neuromatch 'x';
ALTER SERVER s OPTIONS (ADD neuromatch 'v', SET dna 'w')
