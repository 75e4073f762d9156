"""A run folder, reopened: what it holds, and what can be asked of it."""
