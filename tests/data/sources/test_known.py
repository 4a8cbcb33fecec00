"""Public sets told by their columns; the whole shapes are tried where the drawn cases are at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from lentigo.data.sources import guess_source
from lentigo.data.sources.known import DERM7PT, MILK10K, PAD_UFES_20
from lentigo.data.tables import LentigoWarning

from .test_labels import lay

pytestmark = pytest.mark.filterwarnings("ignore")

MILK10K_HEADER = (
    "lesion_id,image_type,isic_id,attribution,copyright_license,image_manipulation,age_approx,sex,"
    "skin_tone_class,site,MONET_ulceration_crust,MONET_hair,MONET_vasculature_vessels,MONET_erythema,"
    "MONET_pigmented,MONET_gel_water_drop_fluid_dermoscopy_liquid,MONET_skin_markings_pen_ink_purple_pen"
)
"""As published."""
MONET = "0.1,0.2,0.3,0.4,0.5,0.6,0.7"
MILK10K_ROWS = (
    f"L1,clinical: close-up,a,MILK study team,CC-BY-NC,altered,70,male,1,head_neck_face,{MONET}",
    f"L1,dermoscopic,b,MILK study team,CC-BY-NC,instrument only,70,male,1,head_neck_face,{MONET}",
    f"L2,dermoscopic,c,MILK study team,CC-BY-NC,instrument only,45,female,5,,{MONET}",
)


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
    names = ("in/L1/a.jpg", "in/L1/b.jpg", "in/L2/c.jpg")
    lay(tmp_path, *names, MILK10k_Training_GroundTruth="lesion_id,MEL,BEN_OTH,SCCKA|L1,0,1,0|L2,0,0,1")
    lay(tmp_path, MILK10k_Training_Supplement="isic_id,diagnosis_full|a,Scar|b,Scar|c,Keratoacanthoma")
    lay(tmp_path, MILK10k_Training_Metadata="|".join((MILK10K_HEADER, *MILK10K_ROWS)))
    assert guess_source(tmp_path) == "milk10k"
    with pytest.warns(LentigoWarning, match=r"BCC 0 instead of 2,522, BEN_OTH 1 instead of 44"):
        source = MILK10K.read(tmp_path)
    columns = ["class", "lesion_id", "view", "age_years", "sex", "site", "skin_tone", "licence"]
    assert source.table[columns].to_numpy().tolist() == [
        ["BEN_OTH", "L1", "clinical", "70", "male", "head_neck_face", "1", "CC-BY-NC"],
        ["BEN_OTH", "L1", "dermoscopic", "70", "male", "head_neck_face", "1", "CC-BY-NC"],
        ["SCCKA", "L2", "dermoscopic", "45", "female", "", "5", "CC-BY-NC"],
    ]
    # the published table has a row a lesion: two images of one count once
    assert source.facts["official"]["expected_images"] == 5240
    assert (source.facts["official"]["counted"], source.facts["official"]["num_images"]) == ("lesions", 2)
