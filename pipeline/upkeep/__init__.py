"""Looking after a store: freshness, rebuilding, erasing."""
