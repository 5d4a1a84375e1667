"""Pages for people: templates, static files, words in both languages. No other host is asked."""
