SELECT superpose(a, b), f(superpose(ARRAY[a, b], w)), (superpose) FROM superpose, superpose(x, y) superpose ORDER BY superpose (a)
