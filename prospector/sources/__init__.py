"""Official services and files: described as data, fetched whole, with date, count, hash and licence."""
