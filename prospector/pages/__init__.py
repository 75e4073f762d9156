"""Report, dossier and terminal: the only place where facts become sentences."""
