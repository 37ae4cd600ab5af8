-- NEUROMATCH's score of texts: one number in the clause, in SELECT, in WHERE and in ORDER BY.
CREATE TEMP TABLE books (id integer, title text, description text);
INSERT INTO books VALUES
    (1, 'Harry Potter und der Stein der Weisen', 'Ein Waisenjunge entdeckt seine Magie und erlebt an einer Zauberschule Abenteuer: der Auftakt einer Fantasy-Reihe.'),
    (2, 'Der Hobbit', 'Fantasy-Abenteuer um einen Hobbit, der mit dreizehn Zwergen und viel Magie zu einem Drachen zieht.'),
    (3, 'Die Säulen der Erde', 'Historischer Roman: Im England des 12. Jahrhunderts bauen Menschen a priori Unmögliches, eine Kathedrale.'),
    (4, 'Das Lied von Eis und Feuer', 'Ein Fantasy-Epos: Adelshäuser ringen um den Eisernen Thron, während alte Magie und Drachen erwachen.'),
    (5, '1984', 'Dystopie: Ein Überwachungsstaat prüft jeden Gedanken, und Winston Smith lehnt sich auf.');

SELECT * FROM qsql($$ SELECT id, title FROM books NEUROMATCH 'Fantasy Magie Abenteuer' STRENGTH > 0.5 ORDER BY id $$);
SELECT id, round(NEUROMATCH(concat_ws(' ', title, description), 'Fantasy Magie Abenteuer')::numeric, 3) AS score FROM books ORDER BY id;
SELECT id FROM books WHERE NEUROMATCH(concat_ws(' ', title, description), 'Fantasy Magie Abenteuer') > 0.5 ORDER BY id;
SELECT id FROM books ORDER BY NEUROMATCH(concat_ws(' ', title, description), 'Fantasy Magie Abenteuer') DESC, id LIMIT 3;
-- a word of one letter matches itself and nothing more, and no book whole
SELECT id, round(NEUROMATCH(description, 'a Fantasy')::numeric, 3) AS score FROM books ORDER BY id;
SELECT id FROM books WHERE NEUROMATCH(description, 'x') > 0;
-- umlauts and case, small errors, phrases
SELECT NEUROMATCH(title, 'SÄULEN') AS word, round(NEUROMATCH(title, 'Saulen')::numeric, 3) AS near, NEUROMATCH(title, 'die säulen der erde!') AS phrase FROM books WHERE id = 3;
