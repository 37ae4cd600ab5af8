CREATE INDEX ON docs USING synaptic (embedding)
