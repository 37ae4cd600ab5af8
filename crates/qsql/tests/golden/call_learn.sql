SELECT * FROM qstore.learn_pattern('it''s', 'TABLE user_interactions', algorithm => 'HebbianLearning', training_epochs => 50)
