SELECT * FROM qstore.optimize_index(CAST('idx' AS pg_catalog.regclass), learning_rate => 0.01, plasticity_threshold => -0.3)
