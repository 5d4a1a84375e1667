"""What a municipality owes the people in its books: to show, to forget, and to keep no longer."""
