SELECT * FROM qstore.learn_pattern('x', 'SELECT ''a''''b'' FROM orders', training_epochs => 5)
