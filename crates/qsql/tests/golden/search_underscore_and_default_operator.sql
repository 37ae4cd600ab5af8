SELECT plain_docs.*, plain_docs.embedding OPERATOR("Ext".<=>) $1 AS distance FROM plain_docs where id > 3 ORDER BY plain_docs.embedding OPERATOR("Ext".<=>) $1 limit $2 offset 5;
