"""What was not heard: outages, silent webhooks, empty answers nobody believes."""
