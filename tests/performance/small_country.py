"""An invented country in which trusts' figures can be restated: three councils, two trusts, and one that merged.

Wendleshire is a county of two districts. RXA treats its people and a quarter of Tarnley's; RXB the rest. RXC went to
RXB in 2020. Of Wendleshire's patients a tenth is withheld.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from commonpool.performance.store.load import load as load_figures
from commonpool.places.loading import load as load_places
from tests.performance.builders import AT, Dtoc, ae_csv
from tests.places.builders import PEOPLE, TIERS, write_files

GSS = {"901": "E10000901", "902": "E06000901", "903": "E06000902"}
COUNCILS = (("901", "Wendleshire"), ("902", "Harbourne UA"), ("903", "Tarnley UA"))
ICBS = (
    "lsoa11_name,lsoa11_code,sicbl22_name,sicbl22_code,sicbl22_code_h,icb22_name,icb22_code,icb22_code_h,"
    "ltla22_name,ltla22_code"
)
WENDLE = "NHS Wendle - 1,E38000901,91A,NHS Wendle,E54000901,QX1"
PLACES: Mapping[str, Sequence[str]] = {
    "lsoa11_msoa11.csv": [
        "lsoa11_name,lsoa11_code,msoa11_name,msoa11_code",
        "Mill 1,E01000001,Mill,E02000901",
        "Mill 2,E01000002,Mill,E02000901",
        "Quay 1,E01000003,Quay,E02000902",
        "Tarn 1,E01000004,Tarn,E02000903",
    ],
    "lsoa11_icb22.csv": [
        ICBS,
        f"Mill 1,E01000001,{WENDLE},Ashby Vale,E07000901",
        f"Mill 2,E01000002,{WENDLE},Fenwick,E07000902",
        f"Quay 1,E01000003,{WENDLE},Harbourne,E06000901",
        "Tarn 1,E01000004,NHS Tarn - 1,E38000902,92A,NHS Tarn,E54000902,QX2,Tarnley,E06000902",
    ],
    "ltla23_utla23.csv": [
        TIERS,
        "E07000901,Ashby Vale,E10000901,Wendleshire",
        "E07000902,Fenwick,E10000901,Wendleshire",
        "E06000901,Harbourne,E06000901,Harbourne",
        "E06000902,Tarnley,E06000902,Tarnley",
    ],
    "population_mid2017.csv": [
        PEOPLE,
        "Mill 1,E01000001,1000,200,600,100,70,30",
        "Mill 2,E01000002,500,100,300,50,35,15",
        "Quay 1,E01000003,300,60,180,30,20,10",
        "Tarn 1,E01000004,200,40,120,20,15,5",
    ],
    "trusts22_points.csv": [
        "nhs_trust22_name,nhs_trust22_code,status,longitude,latitude",
        "Ashby General NHS Trust,RXA,open,-1,53",
        "Harbourne Hospitals NHS Trust,RXB,open,-1,53",
        "Tarnley Infirmary NHS Trust,RXC,closed,-1,53",
        "Wendle Children NHS Trust,RXD,open,-1,53",
    ],
    "ods_successors.csv": ["old_code,new_code,date", "RXC,RXB,2020-04-01"],
    "trust_msoa.csv": [
        "msoa_code,trust_code,proportion",
        "E02000901,RXA,0.9",
        "E02000902,RXB,1.0",
        "E02000903,RXA,0.25",
        "E02000903,RXB,0.7",
        "E02000903,RXD,0.05",
    ],
}
DELAYS = (
    "DATE,ORG_CODE,ACUTE_DTOC,NON_ACUTE_DTOC,TOTAL_DTOC",
    "Aug-18,RXA,10,2,12",
    "Aug-18,RXB,4,1,5",
    "Aug-18,RXC,1,0,1",
    "Aug-18,NAX,0.5,5,5.5",
)
A_AND_E = (
    "nhs_trust22_code,total_attendances,attendances_over_4hours,total_emergency_admissions,{},date".format(
        "emergency_admissions_over_4hours,pct_attendance_over_4hours,pct_emergency_admissions_over_4hours"
    ),
    "RXA,1000,400,310,5,0.4,0.1,2024-07-01",
    "RXB,500,100,62,5,0.2,0.1,2024-07-01",
    "RXA,1000,300,341,5,0.3,0.1,2024-08-01",
    "RXB,500,100,93,5,0.2,0.1,2024-08-01",
)


def lay_country(folder: Path) -> None:
    """The places, into the database."""
    load_places(write_files(folder, PLACES), at=AT, home=folder)


def load_delays(home: Path) -> None:
    """August 2018 by provider and by council: 300, 120 and 50 acute days, all of them the NHS's."""
    csv = home / "delays.csv"
    csv.write_text("\n".join(DELAYS) + "\n", encoding="utf-8")
    days = {"901": (300.0, 30.0), "902": (120.0, 0.0), "903": (50.0, 10.0)}
    month = Dtoc("August 2018", days, COUNCILS, gss=GSS)
    for source, file in (("dtoc-trust", csv), ("dtoc", month.write(home / "2018-08.xlsx"))):
        report = load_figures(home, source, [file], at=AT)
        assert not report.is_refused, list(report.all_findings())


def load_a_and_e(home: Path) -> None:
    """Two months of A&E by trust, and one by ICB."""
    csv = home / "ae.csv"
    csv.write_text("\n".join(A_AND_E) + "\n", encoding="utf-8")
    by_icb = ae_csv(home / "icb.csv", ["E54000901,1500,450,100,5,0.3,0.1,2024-08-01"])
    report = load_figures(home, "emergency", [csv, by_icb], at=AT)
    assert not report.is_refused, list(report.all_findings())
