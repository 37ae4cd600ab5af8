SELECT * FROM users WHERE ("Ext".neuromatch(name, E'a\'b') > 0) AND (true);
SELECT * FROM users WHERE ("Ext".neuromatch(name, $$a'b$$) > 0);
SELECT * FROM users WHERE ("Ext".neuromatch(name, $q$;--$q$) > 0);
SELECT * FROM users WHERE ("Ext".neuromatch(name, U&'\0041') > 0);
SELECT * FROM users WHERE ("Ext".neuromatch(name, 'a'
  'b') > 0.5)
