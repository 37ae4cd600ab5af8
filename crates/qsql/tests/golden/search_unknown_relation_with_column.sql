SELECT nowhere.*, nowhere.v OPERATOR("Ext".<=>) $1 AS distance FROM nowhere ORDER BY nowhere.v OPERATOR("Ext".<=>) $1 LIMIT 1
