"""What is remembered: people, plans, visits and the journal, on SQLite or PostgreSQL."""
