"""A region of your own, drafted from the files at hand: what is guessed says so."""
