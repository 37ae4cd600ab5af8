-- What the database answers, as text, to be compared between a database and its restored dump.
-- At qstore.recall = 1.0 the answer does not depend on how an index happened to be built.
SET qstore.recall = 1.0;
SELECT md5(string_agg(p::text, ' ' ORDER BY id)) FROM packages p;
SELECT md5(string_agg(d::text, ' ' ORDER BY id)) FROM descriptions d;
SELECT q.id, string_agg(n.distance::text, ' ')
FROM queries q
CROSS JOIN LATERAL (
    SELECT p.embedding <=> q.embedding AS distance FROM packages p ORDER BY p.embedding <=> q.embedding LIMIT 10
) AS n
GROUP BY q.id ORDER BY q.id;
