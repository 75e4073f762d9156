"""Where the computation runs and where its results are kept: engine, store, and evidence by window."""
