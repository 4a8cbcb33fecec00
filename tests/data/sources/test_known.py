"""Public sets told by their columns; the whole shapes are tried where the drawn cases are at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from lentigo.data.sources import guess_source
from lentigo.data.sources.known import (
    BCN20000,
    DERM7PT,
    FITZPATRICK17K,
    ISIC_2020,
    ISIC_2024,
    KNOWN,
    MILK10K,
    PAD_UFES_20,
)
from lentigo.data.sources.sets.table import SETS
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


def test_every_row_has_a_licence_a_citation_and_a_page() -> None:
    assert {one.key for one in KNOWN} <= set(SETS)


def spelled(header: str, form: str) -> str:
    """A header as people's programs write it again."""
    return {
        "as published": header,
        "upper case": header.upper(),
        "spaces": header.replace("_", " "),
        "semicolons": header.replace(",", ";"),
        "byte order mark": "\ufeff" + header,
        "Windows lines": header + "\r",
    }[form]


FORMS = ("as published", "upper case", "spaces", "semicolons", "byte order mark", "Windows lines")


def table_in(form: str, header: str, *rows: str) -> str:
    comma = ";" if form == "semicolons" else ","
    end = "\r" if form == "Windows lines" else ""
    return "|".join([spelled(header, form), *(row.replace(",", comma) + end for row in rows)])


@pytest.mark.parametrize("form", FORMS)
def test_isic_2020_as_kaggle_gives_it(tmp_path: Path, form: str) -> None:
    header = (
        "image_name,patient_id,sex,age_approx,anatom_site_general_challenge,diagnosis,benign_malignant,target,"
        "tfrecord,width,height"
    )
    rows = [
        f"ISIC_000000{n},IP_{n // 2},male,45.0,torso,unknown,{label},{n % 2},3,600,450"
        for n, label in enumerate(("benign", "malignant") * 2)
    ]
    lay(tmp_path, *(f"jpeg/train/ISIC_000000{n}.jpg" for n in range(4)), "jpeg/test/ISIC_0000009.jpg")
    lay(tmp_path, *(f"train/ISIC_000000{n}.dcm" for n in range(4)), train=table_in(form, header, *rows))
    lay(tmp_path, sample_submission="image_name,target|ISIC_0000009,0")
    assert guess_source(tmp_path) == "isic-2020"
    found = ISIC_2020.read(tmp_path)
    assert found.table["class"].tolist() == ["benign", "malignant"] * 2
    assert found.table["patient_id"].tolist() == ["IP_0", "IP_0", "IP_1", "IP_1"]
    assert found.table["path"].tolist()[0] == "jpeg/train/ISIC_0000000.jpg"
    assert set(found.table["licence"]) == {"CC-BY-NC-4.0"}
    assert found.facts["set"]["name"] == "isic-2020"


KAGGLE_2024 = (
    "isic_id,target,patient_id,age_approx,sex,anatom_site_general,clin_size_long_diam_mm,image_type,tbp_tile_type,"
    "attribution,copyright_license,lesion_id,iddx_full,iddx_1,tbp_lv_dnn_lesion_confidence"
)


@pytest.mark.parametrize("form", FORMS)
def test_isic_2024_as_kaggle_gives_it(tmp_path: Path, form: str) -> None:
    rows = [
        f"ISIC_000000{n},{n % 2},IP_1,60.0,male,lower extremity,3.0,TBP tile: close-up,3D: white,Uni A,"
        f"CC-BY,,{'Malignant' if n % 2 else 'Benign'},{'Malignant' if n % 2 else 'Benign'},97.5"
        for n in range(4)
    ]
    names = [f"train-image/image/ISIC_000000{n}.jpg" for n in range(4)]
    lay(tmp_path, *names, **{"train-metadata": table_in(form, KAGGLE_2024, *rows)})
    lay(tmp_path, sample_submission="isic_id,target|ISIC_0000009,0.3")
    assert guess_source(tmp_path) == "isic-2024"
    found = ISIC_2024.read(tmp_path)
    assert found.table["class"].tolist() == ["benign", "malignant"] * 2
    assert set(found.table["patient_id"]) == {"IP_1"}
    assert set(found.table["licence"]) == {"CC-BY"}, "an image's own licence stays"
    assert found.facts["set"]["name"] == "isic-2024"


def test_isic_2024_as_the_challenge_gives_it(tmp_path: Path) -> None:
    lay(tmp_path, *(f"ISIC_2024_Training_Input/ISIC_000000{n}.jpg" for n in range(2)))
    truth = "isic_id,malignant|ISIC_0000000,0.0|ISIC_0000001,1.0"
    more = (
        "isic_id,attribution,copyright_license,iddx_full|ISIC_0000000,A,CC-BY-NC,Benign|ISIC_0000001,A,CC-0,x"
    )
    lay(tmp_path, ISIC_2024_Training_GroundTruth=truth, ISIC_2024_Training_Supplement=more)
    inside = (
        "isic_id,patient_id,age_approx,sex,tbp_tile_type|ISIC_0000000,P1,60,male,3D: XP|ISIC_0000001,P2,,,x"
    )
    lay(tmp_path / "ISIC_2024_Training_Input", metadata=inside)
    assert guess_source(tmp_path) == "isic-2024"
    table = ISIC_2024.read(tmp_path).table
    assert table["class"].tolist() == ["benign", "malignant"]
    assert table["patient_id"].tolist() == ["P1", "P2"]
    assert table["licence"].tolist() == ["CC-BY-NC", "CC-0"]


@pytest.mark.parametrize("form", FORMS)
def test_bcn20000_by_its_own_table(tmp_path: Path, form: str) -> None:
    header = "bcn_filename,age_approx,anatom_site_general,diagnosis,lesion_id,capture_date,sex,split"
    rows = (
        "BCN_0000000001.jpg,55.0,anterior torso,MEL,BCN_0003884,2012-05-16,male,train",
        "BCN_0000000003.jpg,50.0,anterior torso,NV,BCN_0000019,2015-07-09,female,train",
    )
    lay(tmp_path, "bcn_20k_train/BCN_0000000001.jpg", "bcn_20k_train/BCN_0000000003.jpg")
    lay(tmp_path, bcn_20k_train=table_in(form, header, *rows))
    lay(tmp_path, bcn_20k_test="bcn_filename,age_approx,lesion_id|BCN_0000000002.jpg,40,BCN_1")
    assert guess_source(tmp_path) == "bcn20000"
    found = BCN20000.read(tmp_path)
    assert found.table["image_id"].tolist() == ["BCN_0000000001", "BCN_0000000003"]
    assert found.table["class"].tolist() == ["MEL", "NV"]
    assert found.table["lesion_id"].tolist() == ["BCN_0003884", "BCN_0000019"]
    assert set(found.table["licence"]) == {"CC-BY-NC-4.0"}


FITZPATRICK = (
    "md5hash,fitzpatrick_scale,fitzpatrick_centaur,label,nine_partition_label,three_partition_label,qc,url,"
    "url_alphanum"
)


@pytest.mark.parametrize("form", FORMS)
def test_fitzpatrick17k_by_three_groups_without_what_it_calls_wrong(tmp_path: Path, form: str) -> None:
    rows = (
        "aa11,3,3,psoriasis,inflammatory,non-neoplastic,,http://x/1.jpg,httpx1.jpg",
        "bb22,1,2,melanoma,malignant melanoma,malignant,1 Diagnostic,http://x/2.jpg,httpx2.jpg",
        "cc33,2,2,seborrheic keratosis,benign epidermal,benign,3 Wrongly labelled,http://x/3.jpg,httpx3.jpg",
        "dd44,2,-1,dermatofibroma,benign dermal,benign,,,",
    )
    lay(tmp_path, *(f"images/{name}.jpg" for name in ("aa11", "bb22", "cc33", "dd44")))
    lay(tmp_path, fitzpatrick17k=table_in(form, FITZPATRICK, *rows))
    assert guess_source(tmp_path) == "fitzpatrick17k"
    with pytest.warns(LentigoWarning, match="1 images that fitzpatrick17k.csv itself calls wrongly labelled"):
        found = FITZPATRICK17K.read(tmp_path)
    assert found.table["image_id"].tolist() == ["aa11", "bb22", "dd44"]
    assert found.table["class"].tolist() == ["non-neoplastic", "malignant", "benign"]
    assert set(found.table["licence"]) == {"CC-BY-NC-SA-3.0"}
    finer = FITZPATRICK17K.read(tmp_path, label="nine_partition_label").table["class"].tolist()
    assert finer == ["inflammatory", "malignant melanoma", "benign dermal"]
