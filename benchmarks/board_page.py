"""An area's board page with all published activity in the store: under 500 ms, and what it adds to the home page.

In one process, as a worker of the site that has read the store ahead and answered other pages before.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.measure import median_seconds, report, run_command

ROOT: Final = Path(__file__).resolve().parents[1]
DATA: Final = ROOT.parent / "shared/data"
PUBLISHED: Final = {
    "dtoc": ["dtoc/dtoc_la_raw_workbooks_2011-04_2019-06.zip"],
    "acute-discharge": ["discharge/acute_discharge_sitrep_raw_2022-04_2023-11.zip"],
    "community-discharge": ["discharge/community_discharge_sitrep_raw_2023.zip"],
    "discharge-daily": ["discharge/trust_daily_no_criteria_to_reside.parquet"],
    "delay-reasons": ["discharge/trust_monthly_delay_reasons_2024-06_2025-05.csv.gz"],
    "emergency": ["emergency/ae_trust_monthly_2021-04_2025-07.csv"],
    "beds": ["emergency/uec_beds_trust_monthly.csv.gz"],
    "ascof": ["social_care/ascof_2020-21.csv.gz"],
}
CUMBRIA: Final = "E10000006"
LIMIT_MS: Final = 500
HOME_LIMIT_MS: Final = 50
REPEATS: Final = 15


def main() -> None:
    """Load everything, then time the board of one council's area and of an invented one, and the news at home."""
    if not DATA.is_dir():
        print("left out: the published files are not beside the project (../shared/data)")
        return
    with TemporaryDirectory(prefix="commonpool-bench-") as folder:
        os.environ |= {"COMMONPOOL_HOME": folder, "COMMONPOOL_DEMO": "1", "DJANGO_SETTINGS_MODULE": _SETTINGS}
        assert run_command("demo", "load").code == 0, "the invented region"
        for source, files in PUBLISHED.items():
            ran = run_command("performance", "load", source, *(DATA / file for file in files))
            assert ran.code == 0, f"{source}: {ran.output}"
        _pages()


_SETTINGS: Final = "commonpool.site.settings"


def _pages() -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from commonpool.site.warming import start_warming

    call_command("collectstatic", verbosity=0, interactive=False)
    settings.ALLOWED_HOSTS = ["testserver"]
    # As a worker does when it starts, before its first request.
    warming = 1000 * median_seconds(lambda: start_warming(Path(settings.COMMONPOOL_HOME)).join(), repeats=1)
    print(f"a worker reads the store ahead, beside its first requests, in {warming:.0f} ms")
    people, areas = _people(), _areas()
    _get(people["national"], f"/areas/{areas['XW01']}/", b"Wendleshire")
    for name, code in (("Wendleshire", "XW01"), ("Cumbria, 99 months of delays and a year of outcomes", CUMBRIA)):
        address = f"/areas/{areas[code]}/performance/"
        started = time.perf_counter()
        _get(people["national"], address)
        if code == "XW01":
            first = 1000 * (time.perf_counter() - started)
            report("board page, the first of a worker", first, limit=LIMIT_MS, unit="ms")
        later = 1000 * median_seconds(lambda address=address: _get(people["national"], address), repeats=REPEATS)
        report(f"board page of {name}", later, limit=LIMIT_MS, unit="ms")
    _news(people["neighbour"])


def _news(client: Any) -> None:
    """What waits from metrics off plan: worked out anew, and as it is kept."""
    from django.core.cache import cache
    from django.utils import timezone

    from commonpool.people.models import Person
    from commonpool.performance.queries.news import _off_plan

    person, today = Person.objects.get(pk=client.session["_auth_user_id"]), timezone.localdate()

    def anew() -> None:
        cache.clear()
        list(_off_plan(person, today))

    report("news at home, worked out anew", 1000 * median_seconds(anew), limit=HOME_LIMIT_MS, unit="ms")
    kept = 1000 * median_seconds(lambda: list(_off_plan(person, today)))
    report("news at home, as it is kept", kept, limit=HOME_LIMIT_MS, unit="ms")


def _people() -> dict[str, Any]:
    """Signed-in clients of the demonstration's national reader and of a neighbour's lead."""
    from django.test import Client

    from commonpool.demo.region import email_of
    from commonpool.people.models import Person

    found = {}
    for name in ("national", "neighbour"):
        found[name] = Client()
        found[name].force_login(Person.objects.get(email=email_of(name)))
    return found


def _areas() -> dict[str, Any]:
    """{code: id} of a real council's area, added beside the invented ones, and of Wendleshire."""
    from commonpool.places.models import Organisation

    kind = Organisation.Kind.HWB_AREA
    real = Organisation.objects.create(kind=kind, name="Cumbria", gss_code=CUMBRIA)
    return {CUMBRIA: real.uuid, "XW01": Organisation.objects.get(kind=kind, gss_code="XW01").uuid}


def _get(client: Any, address: str, says: bytes = b"Did it move?") -> None:
    answer = client.get(address)
    assert answer.status_code == 200 and says in answer.content, (answer.status_code, address)


if __name__ == "__main__":
    main()
