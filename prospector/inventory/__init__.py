"""What a region's registers list beside its targets: stated facts with access and tenure, and no score."""
