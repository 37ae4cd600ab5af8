SELECT ideas.*, ideas.meaning OPERATOR("Ext".<=>) CAST('[1]' AS "Ext".vector) AS distance FROM ideas ORDER BY ideas.meaning OPERATOR("Ext".<=>) CAST('[1]' AS "Ext".vector) LIMIT 3;
