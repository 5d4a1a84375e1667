"""iCalendar, in and out: what other people's calendars say of our rooms, and ours to them."""
