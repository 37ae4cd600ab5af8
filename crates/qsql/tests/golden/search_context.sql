SELECT ideas.*, ideas.meaning OPERATOR("Ext".<=>) "Ext".in_context($1, 'c') AS distance FROM ideas ORDER BY ideas.meaning OPERATOR("Ext".<=>) "Ext".in_context($1, 'c') LIMIT 3;
SELECT i.*, i.meaning OPERATOR("Ext".<=>) "Ext".in_context('[1,2]'::vector + $1, $2) AS distance FROM ideas i WHERE id > 3 ORDER BY i.meaning OPERATOR("Ext".<=>) "Ext".in_context(qstore.with_recall('[1,2]'::vector + $1, 0.9), $2) LIMIT 3 OFFSET 1;
SELECT ideas.*, ideas.v OPERATOR("Ext".<=>) $1 AS distance FROM ideas ORDER BY ideas.v OPERATOR("Ext".<=>) $1 LIMIT 3;
WITH c AS (SELECT 'x' AS name) SELECT ideas.*, ideas.meaning OPERATOR("Ext".<=>) "Ext".in_context('[1]', (SELECT name FROM c)) AS distance FROM ideas ORDER BY ideas.meaning OPERATOR("Ext".<=>) "Ext".in_context('[1]', (SELECT name FROM c)) LIMIT 3
