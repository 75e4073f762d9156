"""What a caller holds in memory, as layers of a region: frames, arrays and pictures of a notebook."""
