"""Benchmarks: every figure is a ratio, both sides run in turn in the same minutes.

    make bench                        2 million contract-months: a few minutes on two processors
    make bench BENCH_ROWS=12000000    the size for which the goals are stated: 10 GiB of memory
    make bench BENCH="-k dsn"         some of it; BENCH=--huge adds 100 M rows and 5 GB of DSN
    make profile                      where the time of a run goes
    make callgrind                    instructions a row of each kernel, against instructions.json
    make bench-readme                 the table of the last `make bench` into the README

    BENCH_ROWS=10000 python -m pytest bench -q --benchmark-disable [-m "not process"]

runs everything once, timing nothing: what keeps the benchmarks working. No test fails on seconds.

Inputs are made once under `BENCH_DATA` (by default `bench/.data`, ignored by git), results deleted.
"""
