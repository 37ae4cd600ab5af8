SELECT * FROM users NEUROMATCH WHERE 'unterminated
