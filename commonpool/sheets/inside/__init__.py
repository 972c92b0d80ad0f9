"""What runs inside the child process: the only code that looks into somebody else's file.

The child starts without site-packages and without the room's own `__init__`, so these files import nothing but
the standard library's small modules, calamine and each other.
"""
