SELECT * FROM users u LEFT JOIN books b ON u.id = b.id WHERE ("Ext".neuromatch(b.title, 'x') > 0.5) AND (u.age > 3) GROUP BY u.id
