"""What pages read. Every range has two ends and an index behind it."""
