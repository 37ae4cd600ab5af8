SELECT * FROM users WHERE ("Ext".neuromatch(email, $1) > $2)
