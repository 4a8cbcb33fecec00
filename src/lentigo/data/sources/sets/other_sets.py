"""Public sets beside the ISIC challenges.

An address stands here only where two places that do not copy from each other give it; beside each row, which.
"""

from __future__ import annotations

from lentigo.data.sources.sets.isic_challenges import HAM10000_COUNTS
from lentigo.data.sources.sets.public_set import PublicSet, PublishedCounts, RemoteFile

_DATAVERSE = "https://dataverse.harvard.edu/api/access/datafile"
_MENDELEY = "https://data.mendeley.com/public-files/datasets/zr7vgbcyr2/files"

OTHER_SETS = {
    # addresses and hashes: more than ten download scripts that check the hashes which Dataverse publishes
    "ham10000": PublicSet(
        "HAM10000",
        10_015,
        "CC-BY-NC-4.0",
        "Tschandl P, Rosendahl C, Kittler H: The HAM10000 dataset, a large collection of multi-source "
        "dermatoscopic images of common pigmented skin lesions. Scientific Data 5, 180161 (2018), "
        "doi:10.1038/sdata.2018.161. (c) ViDIR Group, Department of Dermatology, Medical University of "
        "Vienna.",
        "https://doi.org/10.7910/DVN/DBW86T",
        PublishedCounts(
            "HAM10000", "HAM10000_metadata.csv", HAM10000_COUNTS, "https://doi.org/10.1038/sdata.2018.161"
        ),
        (
            RemoteFile(
                "HAM10000_metadata.csv",
                (f"{_DATAVERSE}/4338392?format=original",),
                690_218,
                num_rows=10_015,
                md5="8f85fb1aa29d80a2797247e434deb79d",
            ),
            RemoteFile(
                "HAM10000_images_part_1.zip",
                (f"{_DATAVERSE}/3172585",),
                1_366_522_108,
                5_000,
                md5="4639bfa73ab251610530a97c898e6e46",
            ),
            RemoteFile(
                "HAM10000_images_part_2.zip",
                (f"{_DATAVERSE}/3172584",),
                1_403_566_547,
                5_015,
                md5="da43d6cc50f6613013be07e8986b384b",
            ),
        ),
    ),
    # addresses: two loaders by different authors; the metadata's in two more
    "pad-ufes-20": PublicSet(
        "PAD-UFES-20: clinical photographs by telephone",
        2_298,
        "CC-BY-4.0",
        "Pacheco A G C and others: PAD-UFES-20: A skin lesion dataset composed of patient data and clinical "
        "images collected from smartphones. Data in Brief 32, 106221 (2020), doi:10.1016/j.dib.2020.106221.",
        "https://doi.org/10.17632/zr7vgbcyr2.1",
        files=(
            RemoteFile(
                "metadata.csv",
                (f"{_MENDELEY}/fa850265-57da-48f0-ba3e-998b3e44b1f6/file_downloaded",),
                500_000,
                num_rows=2_298,
            ),
            RemoteFile(
                "imgs_part_1.zip",
                (f"{_MENDELEY}/1cc2f71f-20a2-412d-b746-a9b9bc20c966/file_downloaded",),
                1_245_184_680,
            ),
            RemoteFile(
                "imgs_part_2.zip",
                (f"{_MENDELEY}/559a60ed-5504-475d-996c-6a8bc253b5e7/file_downloaded",),
                1_126_646_990,
            ),
            RemoteFile(
                "imgs_part_3.zip",
                (f"{_MENDELEY}/34dcdf8e-e5f1-4b35-aa0b-5135051ff852/file_downloaded",),
                1_220_565_093,
            ),
        ),
    ),
    "derm7pt": PublicSet(
        "Derm7pt",
        1_011,
        "for research, on request",
        "Kawahara J, Daneshvar S, Argenziano G, Hamarneh G: Seven-Point Checklist and Skin Lesion "
        "Classification using Multitask Multimodal Neural Nets. IEEE JBHI 23(2), 538-546 (2019), "
        "doi:10.1109/JBHI.2018.2824327.",
        "https://derm.cs.sfu.ca",
        by_hand="it is given out on request: fill in the form on its page, then unpack release_v0.zip",
    ),
    "ph2": PublicSet(
        "PH2",
        200,
        "for research and education",
        "Mendonca T, Ferreira P M, Marques J S, Marcal A R S, Rozeira J: PH2 - A dermoscopic image database "
        "for research and benchmarking. EMBC 2013, 5437-5440, doi:10.1109/EMBC.2013.6610779.",
        "https://www.fc.up.pt/addi/ph2%20database.html",
        by_hand="fetch PH2Dataset.rar by the link on its page, and unpack it (unrar, 7z or bsdtar)",
    ),
    "bcn20000": PublicSet(
        "BCN20000",
        18_946,
        "CC-BY-NC-4.0",
        "Hernandez-Perez C and others: BCN20000: Dermoscopic lesions in the wild. Scientific Data 11, 641 "
        "(2024), doi:10.1038/s41597-024-03387-w. (c) Department of Dermatology, Hospital Clinic de "
        "Barcelona.",
        "https://figshare.com/articles/journal_contribution/BCN20000_Dermoscopic_Lesions_in_the_Wild/24140028/1",
        by_hand="fetch images and table from its page and unpack them, or the collection BCN20000 of the "
        "ISIC archive with `isic image download`",
    ),
    # the table's address: its own repository, and ten scripts that read it from there
    "fitzpatrick17k": PublicSet(
        "Fitzpatrick17k: clinical photographs from two atlases",
        16_577,
        "CC-BY-NC-SA-3.0",
        "Groh M and others: Evaluating Deep Neural Networks Trained on Clinical Images in Dermatology with "
        "the Fitzpatrick 17k Dataset. CVPR Workshops 2021, arXiv:2104.09957.",
        "https://github.com/mattgroh/fitzpatrick17k",
        files=(
            RemoteFile(
                "fitzpatrick17k.csv",
                ("https://raw.githubusercontent.com/mattgroh/fitzpatrick17k/main/fitzpatrick17k.csv",),
                4_000_000,
                num_rows=16_577,
            ),
        ),
        by_hand="its photographs belong to two atlases and are not fetched: ask the authors by the form on "
        "the page, and put them beside the table",
        command="lentigo data import {folder} --out data",
    ),
    # address and hash: the record itself, MedMNIST's own list, and more than ten scripts
    "dermamnist": PublicSet(
        "DermaMNIST (HAM10000 at 28 x 28 pixels)",
        10_015,
        "CC-BY-NC-4.0",
        "Yang J and others: MedMNIST v2 - A large-scale lightweight benchmark for 2D and 3D biomedical image "
        "classification. Scientific Data 10, 41 (2023), doi:10.1038/s41597-022-01721-8. Tschandl P and "
        "others: The HAM10000 dataset. Scientific Data 5, 180161 (2018).",
        "https://doi.org/10.5281/zenodo.10519652",
        files=(
            RemoteFile(
                "dermamnist.npz",
                ("https://zenodo.org/records/10519652/files/dermamnist.npz?download=1",),
                19_700_000,
                md5="0744692d530f8e62ec473284d019b0c7",
            ),
        ),
        command="lentigo split {folder}/dermamnist.npz --given --out data",
    ),
}
"""Name -> set."""
