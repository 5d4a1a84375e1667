"""What the house tells of itself afterwards: pure sums over visits and bookings, no names."""
