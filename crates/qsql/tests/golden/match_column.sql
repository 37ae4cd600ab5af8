SELECT u.name FROM users AS u WHERE ("Ext".neuromatch(u.email, 'it''s') > 0.6) ORDER BY 1
