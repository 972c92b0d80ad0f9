"""The invented study in the database: the shape that it must have, and the same each time."""

from __future__ import annotations

import pytest

from commonpool.demo.accounts import make_accounts
from commonpool.demo.study.filling import fill_study
from commonpool.voices.models import Coding, CodingRound, Interview, Participant, Site, Study
from tests.demo.filled import the_bodies

pytestmark = pytest.mark.django_db
