SELECT 1; SELECT * FROM qstore.learn_pattern('p', 'TABLE t')
