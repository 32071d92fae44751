"""From authoring to what instructors, students and lecturers open."""
