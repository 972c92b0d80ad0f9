"""One reader for each way in which published files say things. `READERS` is named in `published/files.yaml`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from commonpool.places.loading.job import Job
from commonpool.places.loading.readers.bodies import (
    read_body_changes,
    read_name_variants,
    read_providers,
    read_register_codes,
    read_successors,
    read_trusts,
)
from commonpool.places.loading.readers.boundaries import read_boundaries
from commonpool.places.loading.readers.catchments import read_catchment, read_flows
from commonpool.places.loading.readers.councils import read_councils
from commonpool.places.loading.readers.lookups import read_lookup, read_small_areas
from commonpool.places.loading.readers.populations import read_control, read_population

READERS: Final[dict[str, Callable[[Job], None]]] = {
    "body_changes": read_body_changes,
    "boundaries": read_boundaries,
    "catchment": read_catchment,
    "control": read_control,
    "councils": read_councils,
    "flows": read_flows,
    "lookup": read_lookup,
    "name_variants": read_name_variants,
    "population": read_population,
    "providers": read_providers,
    "register_codes": read_register_codes,
    "small_areas": read_small_areas,
    "successors": read_successors,
    "trusts": read_trusts,
}
