"""What services are asked for becomes landed records: windows, watermarks, backfills, comparing with webhooks."""
