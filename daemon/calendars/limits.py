"""What one calendar may cost. A feed is written by strangers: everything it can grow has an end.

Where a single series goes beyond, that series is left out and reported; where the whole body does,
the whole body is refused, so that the last good copy stays.
"""

from datetime import timedelta

LARGEST_BODY = 16 * 1024 * 1024  # bytes; 10,000 events with long descriptions are about 8 MiB
MOST_EVENTS = 25_000  # VEVENTs of one body
MOST_ZONES = 20  # VTIMEZONEs of one calendar that are looked at
MOST_ZONE_LINES = 200  # lines of one VTIMEZONE
MOST_ZONE_RULES = 4
MOST_SLOTS = 50_000  # of one body within the window
MOST_SLOTS_OF_A_SERIES = 5_000  # within the window
MOST_CHANGES_OF_A_SERIES = 1_000  # instances that were moved or cancelled one by one
MOST_TURNS_OF_A_SERIES = 20  # changes of "this and all that follow"
MOST_RULES_OF_A_SERIES = 5
MOST_STEPS_OF_A_SERIES = 100_000  # from its start to the window's end; 270 years of days
MOST_STEPS = 3_000_000  # the same for all series of one body; a step takes some microseconds
MOST_PROBLEMS = 500  # told one by one; the rest is counted
LONGEST_UID = 500
LONGEST_TITLE = 200
FIRST_YEAR, LAST_YEAR = 1900, 2200  # a time outside is a slip of somebody's pen, or of his program
LONGEST = timedelta(days=3660)  # of one event
MARGIN = timedelta(days=2)  # walls are compared without a zone: zones differ by less
