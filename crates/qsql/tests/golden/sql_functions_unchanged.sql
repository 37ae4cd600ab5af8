SELECT NEUROMATCH(name, 'John') AS score FROM users u WHERE NEUROMATCH(u.email, 'e') > 0.7 AND id IN (SELECT 1) ORDER BY NEUROMATCH(name, 'John') DESC LIMIT 3;
SELECT * FROM users JOIN books ON NEUROMATCH(name, title) > 0.5 WHERE QUANTUM_SEARCH(email, 'test');
SELECT * FROM neuromatch('a', 'b');
SELECT * FROM users u, LATERAL neuromatch(u.name, 'b') AS neuromatch
