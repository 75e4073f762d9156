"""Where work runs and what is kept: the engine, the store, evidence window by window."""
