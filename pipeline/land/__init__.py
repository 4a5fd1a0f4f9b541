"""What is handed over or pushed becomes landed records: files, webhooks, the drop folder, the quarantine."""
