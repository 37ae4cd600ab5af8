CREATE INDEX CONCURRENTLY IF NOT EXISTS "My Index" ON ONLY shop.docs USING synaptic (embedding vector_l2_ops, tenant) WITH (lists = 10) TABLESPACE t WHERE tenant > 3;
