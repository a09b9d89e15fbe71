"""`ops/bench streams`: the stream engine beside others, on one machine in one run."""
