"""What people say: interviews, coding by a framework, and how far coders agree."""
