"""From submitted notebooks to marks: repair, run, judge, record."""
