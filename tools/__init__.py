"""What builds and prepares; nothing of it runs on AWS."""
