"""Who may open what. The list is the guard: a page that is not in it does not open for anybody.

Each view stands in `pages.py` by its name, as "plans:upload", with a predicate `(person, **arguments of the address)`;
those of studies of interviews in `studies.py`. The middleware in `guard.py` asks it. `anyone` is the only predicate
that strangers pass; every other one is asked about somebody who has signed in (and who has a second factor, if a role
of theirs changes anything).
"""

from commonpool.site.access.guard import Guard
from commonpool.site.access.pages import ACCESS, SETTING_UP
from commonpool.site.access.predicates import Predicate, anyone, nobody, signed_in

__all__ = ["ACCESS", "SETTING_UP", "Guard", "Predicate", "anyone", "nobody", "signed_in"]
