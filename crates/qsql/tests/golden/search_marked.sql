SELECT * FROM products WHERE category = 'electronics'
