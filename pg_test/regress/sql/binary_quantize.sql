-- One bit for each component: 1 where it is above 0. The result is PostgreSQL's bit of as many bits.
SELECT binary_quantize('[1,0,-1]'::vector), binary_quantize('[1,0,-1]'::halfvec) AS half;
SELECT binary_quantize('[0,0.1,-0.2,-0.3,0.4,0.5,0.6,-0.7,0.8,-0.9,1]'::vector), binary_quantize('[0,0.1,-0.2,-0.3,0.4,0.5,0.6,-0.7,0.8,-0.9,1]'::halfvec) AS half;
SELECT binary_quantize('[-0,1e-45,-1e-45]'::vector) AS smallest, binary_quantize('[-0,6e-8,-6e-8]'::halfvec) AS smallest_half;
SELECT binary_quantize('[1,2,3,-4,5,6,-7,8]'::vector)::bit(8), binary_quantize('[1,2,3,-4,5,6,-7,8]'::vector) | B'00010010' AS all_set;
SELECT length(binary_quantize(array_fill(1, ARRAY[16000])::vector)), bit_count(binary_quantize(array_fill(1, ARRAY[16000])::halfvec));

-- Of every length around a byte's end: the bits are the components' signs, in order, and what is left of the last byte is 0.
SELECT count(*) FROM generate_series(1, 40) AS n,
  LATERAL (SELECT array_agg(i % 3 - 1 ORDER BY i) AS a, string_agg((i % 3 = 2)::int::text, '' ORDER BY i) AS bits FROM generate_series(1, n) AS i) AS t
WHERE binary_quantize(a::vector)::text <> bits OR binary_quantize(a::halfvec)::text <> bits
   OR bit_send(binary_quantize(a::vector)) <> varbit_send(bits::bit varying);

SELECT binary_quantize(NULL::vector), binary_quantize(NULL::halfvec);
