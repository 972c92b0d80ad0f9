"""What the tests of places make up: bodies, and small published files."""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from pathlib import Path

CCG = "lsoa11_name,lsoa11_code,ccg21_name,ccg21_code,stp21_name,stp21_code,ltla21_name,ltla21_code"
ICB = "lsoa21_name,lsoa21_code,sicbl24_name,sicbl24_code,sicbl24_code_nhs,icb24_name,icb24_code,icb24_code_nhs"
CHANGES = "lsoa11_name,lsoa11_code,change_code,lsoa21_name,lsoa21_code,ltla22_name,ltla22_code"
TIERS = "ltla23_code,ltla23_name,utla23_code,utla23_name"
PEOPLE = "lsoa11_name,lsoa11_code,total,age_0_17,age_18_64,age_65_74,age_75_84,age_85_plus"

# Two districts in one county, one unitary council; two ICBs, one of which crosses the county's border.
# Area 3 was split between the two districts; areas 4 and 5 were joined.
TINY: Mapping[str, Sequence[str]] = {
    "lsoa11_lsoa21_ltla22.csv.gz": [
        CHANGES,
        "Mill 1,E01000001,U,Mill 1,E01000001,Ashby Vale,E07000901",
        "Mill 2,E01000002,U,Mill 2,E01000002,Fenwick,E07000902",
        "Mill 3,E01000003,S,Mill 3A,E01000031,Ashby Vale,E07000901",
        "Mill 3,E01000003,S,Mill 3B,E01000032,Fenwick,E07000902",
        "Mill 4,E01000004,M,Mill 4,E01000041,Harbourne,E06000901",
        "Mill 5,E01000005,M,Mill 4,E01000041,Harbourne,E06000901",
        "Cwm 1,W01000001,U,Cwm 1,W01000001,Cwm,W06000001",
    ],
    "lsoa21_icb24.csv": [
        ICB,
        "Mill 1,E01000001,Northmere - 1,E38000901,91A,NHS Northmere,E54000901,QX1",
        "Mill 2,E01000002,South Wendle - 1,E38000902,91B,NHS South Wendle,E54000902,QX2",
        "Mill 3A,E01000031,Northmere - 1,E38000901,91A,NHS Northmere,E54000901,QX1",
        "Mill 3B,E01000032,South Wendle - 1,E38000902,91B,NHS South Wendle,E54000902,QX2",
        "Mill 4,E01000041,South Wendle - 1,E38000902,91B,NHS South Wendle,E54000902,QX2",
    ],
    "ltla23_utla23.csv": [
        TIERS,
        "E07000901,Ashby Vale,E10000901,Wendleshire",
        "E07000902,Fenwick,E10000901,Wendleshire",
        "E06000901,Harbourne,E06000901,Harbourne",
        "W06000001,Cwm,W06000001,Cwm",
    ],
    "population_mid2020.csv": [
        PEOPLE,
        "Mill 1,E01000001,1000,200,600,100,70,30",
        "Mill 2,E01000002,500,100,300,50,35,15",
        "Mill 3,E01000003,101,21,60,11,6,3",
        "Mill 4,E01000004,300,60,180,30,20,10",
        "Mill 5,E01000005,200,40,120,20,15,5",
        "Cwm 1,W01000001,400,80,240,40,30,10",
    ],
}


def write_files(folder: Path, files: Mapping[str, Sequence[str]]) -> Path:
    """Write the files, gzipped where the name says so, and give the folder back."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in files.items():
        data = ("\n".join(lines) + "\n").encode()
        (folder / name).write_bytes(gzip.compress(data, mtime=0) if name.endswith(".gz") else data)
    return folder
