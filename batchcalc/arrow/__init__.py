"""The same reading, checks, sums and results over Arrow tables, where there is no polars.

What a Spark worker runs: pyarrow, numpy, numba. Columns, limits and reasons are those of `schema`,
the kernels those of everyone.
"""
