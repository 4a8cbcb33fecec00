"""Public sets told by their columns; the whole shapes are tried where the drawn cases are at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from lentigo.data.sources import guess_source
from lentigo.data.sources.known import DERM7PT, MILK10K, PAD_UFES_20

from .test_labels import lay

pytestmark = pytest.mark.filterwarnings("ignore")


def test_derm7pt_reads_dermoscopic_images_and_keeps_its_miscellany(tmp_path: Path) -> None:
    header = "case_num,diagnosis,seven_point_score,clinic,derm"
    rows = (
        "1,clark nevus,0,N/A1.JPG,N/a1.jpg",
        "2,melanoma (in situ),3,N/A2.JPG,N/a2.jpg",
        "3,lentigo,0,,N/a3.jpg",
    )
    names = ("N/A1.JPG", "N/a1.jpg", "N/A2.JPG", "N/a2.jpg", "N/a3.jpg")
    lay(tmp_path, *(f"images/{name}" for name in names), meta="|".join((header, *rows)))
    assert guess_source(tmp_path) == "derm7pt"
    table = DERM7PT.read(tmp_path).table
    assert table["class"].tolist() == ["NV", "MEL", "MISC"]
    assert table["path"].tolist() == ["images/N/a1.jpg", "images/N/a2.jpg", "images/N/a3.jpg"]


def test_pad_ufes_20_knows_its_codes_and_patients(tmp_path: Path) -> None:
    header = "patient_id,lesion_id,fitspatrick,diagnostic,img_id,biopsed"
    rows = ("P1,7,2.0,ACK,P1_7_1.png,True", "P2,8,,SEK,P2_8_1.png,False", "P2,9,3.0,NEV,P2_9_1.png,False")
    names = ("imgs_part_1/P1_7_1.png", "imgs_part_2/P2_8_1.png", "imgs_part_3/P2_9_1.png")
    lay(tmp_path, *names, metadata="|".join((header, *rows)))
    assert guess_source(tmp_path) == "pad-ufes-20"
    table = PAD_UFES_20.read(tmp_path, {"SEK": "benign keratosis"}).table
    assert table["class"].tolist() == ["AK", "benign keratosis", "NV"]
    assert table["patient_id"].tolist() == ["P1", "P2", "P2"]


def test_milk10k_has_classes_of_its_own(tmp_path: Path) -> None:
    lay(tmp_path, "in/L1/a.jpg", "in/L2/b.jpg", truth="lesion_id,MEL,BEN_OTH,SCCKA|L1,0,1,0|L2,0,0,1")
    lay(tmp_path, meta="lesion_id,image_type,isic_id,skin_tone_class|L1,dermoscopic,a,3|L2,dermoscopic,b,2")
    assert guess_source(tmp_path) == "milk10k"
    assert MILK10K.read(tmp_path).table["class"].tolist() == ["BEN_OTH", "SCCKA"]
