"""Benchmarks. Each measures its bases in the same run, since only ratios within one run mean anything."""
