SELECT states.*, states.psi OPERATOR("Ext".<~>) '[1,0]' AS distance FROM states ORDER BY states.psi OPERATOR("Ext".<~>) '[1,0]' LIMIT 5
