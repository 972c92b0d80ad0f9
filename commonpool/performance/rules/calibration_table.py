"""How chances of plans came true on the published past of each metric that comes by month.

Written by scripts/plan_calibration.py: every area or trust of the source, its chance stated after three, six and nine
months of each financial year, for plans at the 5th, 25th, 50th, 75th and 95th percentile of how the metric changed from
one year to the next. Nothing is drawn by lot.
"""

from __future__ import annotations

from typing import Final

from commonpool.performance.rules.calibration import BackTested, Band, Calibration

TESTED: Final[dict[str, BackTested]] = {
    "DTOC": BackTested(
        series=152,
        first_month="2011-04",
        last_month="2019-06",
        plans=(0.608, 0.839, 1.028, 1.255, 1.811),
        calibration=Calibration(
            forecasts=12835,
            brier=0.0618,
            base_brier=0.2500,
            mean_gap=0.0089,
            bands=(
                Band(4495, 0.0140, 0.0102),
                Band(581, 0.1441, 0.0981),
                Band(418, 0.2476, 0.2010),
                Band(375, 0.3482, 0.3307),
                Band(373, 0.4498, 0.4236),
                Band(366, 0.5522, 0.4973),
                Band(431, 0.6509, 0.6404),
                Band(487, 0.7522, 0.7556),
                Band(768, 0.8531, 0.8529),
                Band(4541, 0.9798, 0.9817),
            ),
            why_not="",
        ),
    ),
    "NCTR": BackTested(
        series=121,
        first_month="2022-04",
        last_month="2023-11",
        plans=(),
        calibration=Calibration(
            forecasts=0,
            brier=None,
            base_brier=None,
            mean_gap=None,
            bands=(),
            why_not="there was no past year to test them on",
        ),
    ),
    "DRD": BackTested(
        series=7,
        first_month="2024-04",
        last_month="2025-09",
        plans=(),
        calibration=Calibration(
            forecasts=0,
            brier=None,
            base_brier=None,
            mean_gap=None,
            bands=(),
            why_not="there was no past year to test them on",
        ),
    ),
    "DRD_PCT": BackTested(
        series=7,
        first_month="2024-04",
        last_month="2025-09",
        plans=(),
        calibration=Calibration(
            forecasts=0,
            brier=None,
            base_brier=None,
            mean_gap=None,
            bands=(),
            why_not="there was no past year to test them on",
        ),
    ),
    "DRD_DAYS": BackTested(
        series=7,
        first_month="2024-04",
        last_month="2025-09",
        plans=(),
        calibration=Calibration(
            forecasts=0,
            brier=None,
            base_brier=None,
            mean_gap=None,
            bands=(),
            why_not="there was no past year to test them on",
        ),
    ),
    "AE4H": BackTested(
        series=157,
        first_month="2021-04",
        last_month="2025-07",
        plans=(0.857, 0.951, 0.997, 1.024, 1.109),
        calibration=Calibration(
            forecasts=3135,
            brier=0.0478,
            base_brier=0.2359,
            mean_gap=0.0313,
            bands=(
                Band(759, 0.0201, 0.0119),
                Band(139, 0.1492, 0.0935),
                Band(95, 0.2421, 0.1579),
                Band(68, 0.3526, 0.2500),
                Band(82, 0.4488, 0.2927),
                Band(82, 0.5508, 0.3537),
                Band(82, 0.6487, 0.7195),
                Band(128, 0.7518, 0.7500),
                Band(212, 0.8588, 0.9151),
                Band(1488, 0.9823, 0.9973),
            ),
            why_not="",
        ),
    ),
    "EMADM": BackTested(
        series=157,
        first_month="2021-04",
        last_month="2025-07",
        plans=(0.817, 0.965, 1.029, 1.083, 1.2),
        calibration=Calibration(
            forecasts=3395,
            brier=0.0542,
            base_brier=0.2489,
            mean_gap=0.0161,
            bands=(
                Band(1358, 0.0160, 0.0155),
                Band(179, 0.1452, 0.1397),
                Band(78, 0.2532, 0.2179),
                Band(70, 0.3523, 0.1857),
                Band(77, 0.4504, 0.2727),
                Band(81, 0.5473, 0.4321),
                Band(87, 0.6515, 0.6552),
                Band(112, 0.7522, 0.7232),
                Band(184, 0.8552, 0.8967),
                Band(1169, 0.9801, 0.9837),
            ),
            why_not="",
        ),
    ),
    "BEDS": BackTested(
        series=137,
        first_month="2022-04",
        last_month="2025-08",
        plans=(0.961, 0.991, 1.0, 1.008, 1.028),
        calibration=Calibration(
            forecasts=1330,
            brier=0.0649,
            base_brier=0.2495,
            mean_gap=0.0306,
            bands=(
                Band(466, 0.0191, 0.0129),
                Band(83, 0.1435, 0.1446),
                Band(50, 0.2448, 0.2400),
                Band(35, 0.3479, 0.2286),
                Band(39, 0.4499, 0.3077),
                Band(26, 0.5502, 0.3462),
                Band(24, 0.6433, 0.4583),
                Band(57, 0.7543, 0.5439),
                Band(78, 0.8564, 0.8590),
                Band(472, 0.9750, 0.9873),
            ),
            why_not="",
        ),
    ),
}
