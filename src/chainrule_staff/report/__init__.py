"""What graders tell: feedback for a student, a report for the class, tables for other systems."""
