"""The sets of the ISIC challenges, as https://challenge.isic-archive.com/data/ lists them.

Every address was seen on that page (the source of the site names the older bucket, and later the newer one)
and in code of others that downloads from it.
"""

from __future__ import annotations

from lentigo.data.sources.sets.public_set import PublicSet, PublishedCounts, RemoteFile

_BUCKETS = (
    "https://isic-archive.s3.amazonaws.com/challenges/{path}",
    "https://isic-challenge-data.s3.amazonaws.com/{path}",
)
_MB, _GB = 10**6, 10**9
_PAGE = "https://challenge.isic-archive.com/data/"
HAM10000_COUNTS = {"MEL": 1113, "NV": 6705, "BCC": 514, "AKIEC": 327, "BKL": 1099, "DF": 115, "VASC": 142}
MILK10K_COUNTS = {
    **{"AKIEC": 303, "BCC": 2522, "BEN_OTH": 44, "BKL": 544, "DF": 52, "INF": 50, "MAL_OTH": 9},
    **{"MEL": 450, "NV": 746, "SCCKA": 473, "VASC": 47},
}
"""Lesions."""
_HAM10000 = (
    "HAM10000 Dataset: (c) by ViDIR Group, Department of Dermatology, Medical University of Vienna; "
    "https://doi.org/10.1038/sdata.2018.161"
)
_MSK = "MSK Dataset: (c) Anonymous; https://arxiv.org/abs/1710.05006; https://arxiv.org/abs/1902.03368"
_BCN = "BCN_20000 Dataset: (c) Department of Dermatology, Hospital Clinic de Barcelona"
_CITE_2016 = (
    "Gutman D, Codella N C F, Celebi E, Helba B, Marchetti M, Mishra N, Halpern A: Skin Lesion Analysis "
    "toward Melanoma Detection: A Challenge at ISBI 2016, hosted by ISIC. arXiv:1605.01397, 2016."
)
_CITE_2017 = (
    "Codella N and others: Skin Lesion Analysis Toward Melanoma Detection: A Challenge at the 2017 "
    "International Symposium on Biomedical Imaging (ISBI), Hosted by ISIC. arXiv:1710.05006, 2017."
)
_CITE_2018 = (
    f"{_HAM10000}. {_MSK}. Codella N and others: Skin Lesion Analysis Toward Melanoma Detection 2018. "
    "arXiv:1902.03368, 2018."
)
_CITE_2019 = (
    f"{_BCN}. {_HAM10000}. {_MSK}. Hernandez-Perez C and others: BCN20000: Dermoscopic lesions in the wild. "
    "Scientific Data 11, 641 (2024). Codella N and others, arXiv:1710.05006, 2017."
)


def _file(path: str, num_bytes: int, num_images: int = 0, num_rows: int = 0) -> RemoteFile:
    addresses = tuple(bucket.format(path=path) for bucket in _BUCKETS)
    return RemoteFile(path.rpartition("/")[2], addresses, num_bytes, num_images, num_rows)


ISIC_SETS = {
    "isic-2016": PublicSet(
        "ISIC 2016 part 3 training",
        900,
        "CC0-1.0",
        _CITE_2016,
        f"{_PAGE}#2016",
        files=(
            _file("2016/ISBI2016_ISIC_Part3_Training_GroundTruth.csv", 19_000, num_rows=900),
            _file("2016/ISBI2016_ISIC_Part3_Training_Data.zip", 602 * _MB, 900),
        ),
    ),
    "isic-2016-test": PublicSet(
        "ISIC 2016 part 3 test",
        379,
        "CC0-1.0",
        _CITE_2016,
        f"{_PAGE}#2016",
        PublishedCounts(
            "ISIC 2016 part 3 test",
            "ISBI2016_ISIC_Part3_Test_GroundTruth.csv",
            {"benign": 304, "malignant": 75},
            "https://challenge.isic-archive.com/landing/2016/39/, counted in arXiv:1605.01397",
        ),
        (
            _file("2016/ISBI2016_ISIC_Part3_Test_GroundTruth.csv", 7_000, num_rows=379),
            _file("2016/ISBI2016_ISIC_Part3_Test_Data.zip", 232 * _MB, 379),
        ),
    ),
    "isic-2017": PublicSet(
        "ISIC 2017 part 3: training, validation and test",
        2_750,
        "CC0-1.0",
        _CITE_2017,
        f"{_PAGE}#2017",
        PublishedCounts(
            "ISIC 2017 part 3 training",
            "ISIC-2017_Training_Part3_GroundTruth.csv",
            {"MEL": 374, "NV": 1372, "BKL": 254},
            "https://challenge.isic-archive.com/landing/2017/44",
        ),
        (
            _file("2017/ISIC-2017_Training_Part3_GroundTruth.csv", 43_000, num_rows=2_000),
            _file("2017/ISIC-2017_Validation_Part3_GroundTruth.csv", 3_000, num_rows=150),
            _file("2017/ISIC-2017_Test_v2_Part3_GroundTruth.csv", 13_000, num_rows=600),
            # with a picture of superpixels beside each image, which is none
            _file("2017/ISIC-2017_Training_Data.zip", 5_800 * _MB, 2_000),
            _file("2017/ISIC-2017_Validation_Data.zip", 878 * _MB, 150),
            _file("2017/ISIC-2017_Test_v2_Data.zip", 5_400 * _MB, 600),
        ),
        command="lentigo split {folder} --given --out data",
    ),
    "isic-2018": PublicSet(
        "ISIC 2018 task 3 training (it is HAM10000)",
        10_015,
        "CC-BY-NC-4.0",
        _CITE_2018,
        f"{_PAGE}#2018",
        PublishedCounts(
            "ISIC 2018 task 3 training",
            "ISIC2018_Task3_Training_GroundTruth.csv",
            HAM10000_COUNTS,
            "https://doi.org/10.1038/sdata.2018.161",
        ),
        (
            _file("2018/ISIC2018_Task3_Training_GroundTruth.zip", 36_000),
            _file("2018/ISIC2018_Task3_Training_LesionGroupings.csv", 481_000, num_rows=10_015),
            _file("2018/ISIC2018_Task3_Training_Input.zip", 2_600 * _MB, 10_015),
        ),
    ),
    "isic-2018-validation": PublicSet(
        "ISIC 2018 task 3 validation",
        193,
        "CC-BY-NC-4.0",
        _CITE_2018,
        f"{_PAGE}#2018",
        files=(
            _file("2018/ISIC2018_Task3_Validation_GroundTruth.zip", 7_000),
            _file("2018/ISIC2018_Task3_Validation_Input.zip", 51 * _MB, 193),
        ),
    ),
    "isic-2018-test": PublicSet(
        "ISIC 2018 task 3 test",
        1_512,
        "CC-BY-NC-4.0",
        _CITE_2018,
        f"{_PAGE}#2018",
        PublishedCounts(
            "ISIC 2018 task 3 test",
            "ISIC2018_Task3_Test_GroundTruth.csv",
            {"MEL": 171, "NV": 909, "BCC": 93, "AKIEC": 43, "BKL": 217, "DF": 44, "VASC": 35},
        ),
        (
            _file("2018/ISIC2018_Task3_Test_GroundTruth.zip", 36_000),
            _file("2018/ISIC2018_Task3_Test_Input.zip", 401 * _MB, 1_512),
        ),
    ),
    "isic-2019": PublicSet(
        "ISIC 2019 training",
        25_331,
        "CC-BY-NC-4.0",
        _CITE_2019,
        f"{_PAGE}#2019",
        PublishedCounts(
            "ISIC 2019 training",
            "ISIC_2019_Training_GroundTruth.csv",
            {
                **{"MEL": 4522, "NV": 12875, "BCC": 3323, "AK": 867},
                **{"BKL": 2624, "DF": 239, "VASC": 253, "SCC": 628},
            },
            f"{_PAGE}#2019",
        ),
        (
            _file("2019/ISIC_2019_Training_GroundTruth.csv", 1_300_000, num_rows=25_331),
            _file("2019/ISIC_2019_Training_Metadata.csv", 1_200_000, num_rows=25_331),
            _file("2019/ISIC_2019_Training_Input.zip", 9_100 * _MB, 25_331),
        ),
    ),
    "isic-2019-test": PublicSet(
        "ISIC 2019 test",
        8_238,
        "CC-BY-NC-4.0",
        _CITE_2019,
        f"{_PAGE}#2019",
        PublishedCounts(
            "ISIC 2019 test",
            "ISIC_2019_Test_GroundTruth.csv",
            {
                **{
                    "MEL": 1327,
                    "NV": 2495,
                    "BCC": 975,
                    "AK": 374,
                    "BKL": 660,
                    "DF": 91,
                    "VASC": 104,
                    "SCC": 165,
                },
                "UNK": 2047,
            },
            f"{_PAGE}#2019",
        ),
        (
            _file("2019/ISIC_2019_Test_GroundTruth.csv", 454_000, num_rows=8_238),
            _file("2019/ISIC_2019_Test_Metadata.csv", 287_000, num_rows=8_238),
            _file("2019/ISIC_2019_Test_Input.zip", 3_600 * _MB, 8_238),
        ),
    ),
    "isic-2020": PublicSet(
        "ISIC 2020 training",
        33_126,
        "CC-BY-NC-4.0",
        "International Skin Imaging Collaboration. SIIM-ISIC 2020 Challenge Dataset. "
        "https://doi.org/10.34970/2020-ds01 (2020). Rotemberg V and others: A patient-centric dataset of "
        "images and metadata for identifying melanomas using clinical context. Scientific Data 8, 34 (2021).",
        f"{_PAGE}#2020",
        PublishedCounts(
            "ISIC 2020 training",
            "ISIC_2020_Training_GroundTruth.csv",
            {"benign": 32542, "malignant": 584},
            "https://doi.org/10.1038/s41597-021-00815-z",
        ),
        (
            _file("2020/ISIC_2020_Training_GroundTruth.csv", 2_100_000, num_rows=33_126),
            _file("2020/ISIC_2020_Training_Duplicates.csv", 2_000_000, num_rows=425),
            _file("2020/ISIC_2020_Training_JPEG.zip", 23 * _GB, 33_126),
        ),
        command="lentigo data import {folder} --out data --duplicates "
        "{folder}/ISIC_2020_Training_Duplicates.csv",
    ),
    "isic-2024": PublicSet(
        "ISIC 2024 (SLICE-3D) training",
        401_059,
        "CC-BY-NC-4.0",
        "International Skin Imaging Collaboration. SLICE-3D 2024 Challenge Dataset. "
        "https://doi.org/10.34970/2024-slice-3d (2024). Kurtansky N R and others: The SLICE-3D dataset. "
        "Scientific Data 11, 884 (2024).",
        "https://challenge2024.isic-archive.com/",
        files=(
            _file("2024/ISIC_2024_Training_GroundTruth.csv", 7 * _MB, num_rows=401_059),
            _file("2024/ISIC_2024_Training_Supplement.csv", 40 * _MB, num_rows=401_059),
            _file("2024/ISIC_2024_Training_Input.zip", 1_200 * _MB, 401_059),
        ),
    ),
    "milk10k": PublicSet(
        "MILK10k: a clinical and a dermoscopic image of each of 5,240 lesions",
        10_480,
        "CC-BY-NC-4.0",
        "MILK study team. MILK10k. ISIC Archive, 2025, doi:10.34970/648456. Tschandl P and others: MILK10k. "
        "J Invest Dermatol 146(2), 357-364 (2026), doi:10.1016/j.jid.2025.06.1594.",
        f"{_PAGE}#milk10k",
        PublishedCounts(
            "MILK10k training",
            "MILK10k_Training_GroundTruth.csv",
            MILK10K_COUNTS,
            f"{_PAGE}#milk10k: 5,240 lesions; by class counted in that table",
            "lesions",
        ),
        files=tuple(
            RemoteFile(name, (_BUCKETS[0].format(path=f"milk10k/{name}"),), num_bytes, num_images, num_rows)
            for name, num_bytes, num_images, num_rows in (
                ("MILK10k_Training_GroundTruth.csv", 287_000, 0, 5_240),
                ("MILK10k_Training_Metadata.csv", 2 * _MB, 0, 10_480),
                ("MILK10k_Training_Supplement.csv", 549_000, 0, 10_480),
                ("MILK10k_Training_Input.zip", 314 * _MB, 10_480, 0),
            )
        ),
        command="lentigo data import {folder} --out data --view both",
    ),
}
"""Name -> set."""
