SELECT /* a */ * -- b
FROM users -- c
  WHERE ("Ext".neuromatch(pg_catalog.concat_ws(' ', users.name, users.email), 'x') > 0) -- e
  /* f */ AND -- g
 (age > 18) -- h
ORDER BY 1 -- i
