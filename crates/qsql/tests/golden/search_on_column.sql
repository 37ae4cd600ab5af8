SELECT twins.*, twins.large OPERATOR("Ext".<=>) '[1]'::vector AS distance FROM twins ORDER BY twins.large OPERATOR("Ext".<=>) '[1]'::vector LIMIT 1
