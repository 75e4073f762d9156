"""Region files and deposit models: TOML as frozen values."""
