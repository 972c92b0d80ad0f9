"""What runs inside the child process: the only code that looks into somebody else's transcript or project.

The child starts without site-packages; the libraries for captions, rich text and PDF are imported when a file of that
kind comes.
"""
