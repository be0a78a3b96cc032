"""Compiled kernels over arrays: numpy and numba, nothing else. Installed as batchcalc.kernels."""
