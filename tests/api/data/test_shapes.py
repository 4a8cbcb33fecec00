"""Forms in which images lie on people's disks, each with what is right: read so, or refused clearly."""

from __future__ import annotations

import io
import re
import warnings
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lentigo.api.data.importing import ImportOptions, import_data
from lentigo.data.tables import LentigoWarning
from lentigo.settings.errors import LentigoError

FORMATS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".bmp": "BMP", ".tif": "TIFF", ".webp": "WEBP"}
MASK = -1
"""Stands for a two-valued picture."""


@dataclass(frozen=True)
class Shape:
    """One form."""

    name: str
    files: Mapping[str, int | str]
    """Path -> number of a photograph, `MASK`, or the text of a table (`|` ends a line)."""
    counts: Mapping[str, int] | None = None
    """Images a class; None: refused."""
    says: str = ""
    """What the refusal or a warning must match."""
    lesions: int = 0
    patients: int = 0
    paths: str = ""
    """What every path must match."""
    ids: tuple[str, ...] = ()
    options: ImportOptions = field(default_factory=ImportOptions)


@cache
def photograph(number: int, suffix: str) -> bytes:
    """A small picture of its own, or a mask."""
    if suffix == ".dcm":
        return dicom(number)
    pixels = np.random.default_rng(number + 1).integers(40, 200, (12, 12, 3), dtype=np.uint8)
    if number == MASK:
        pixels = np.zeros((96, 96), dtype=np.uint8)
        pixels[30:70, 30:70] = 255
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, FORMATS[suffix])
    return file.getvalue()


def dicom(number: int) -> bytes:
    """The same as a DICOM file."""
    pydicom = pytest.importorskip("pydicom")
    from pydicom.uid import ExplicitVRLittleEndian, VLPhotographicImageStorage, generate_uid

    meta = pydicom.dataset.FileMetaDataset()
    meta.MediaStorageSOPClassUID = VLPhotographicImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=[str(number)])
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data = pydicom.Dataset()
    data.file_meta = meta
    data.SOPClassUID, data.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    data.Rows = data.Columns = 12
    data.SamplesPerPixel, data.PhotometricInterpretation, data.PlanarConfiguration = 3, "RGB", 0
    data.BitsAllocated = data.BitsStored = 8
    data.HighBit, data.PixelRepresentation = 7, 0
    pixels = np.random.default_rng(number + 1).integers(40, 200, (12, 12, 3), dtype=np.uint8)
    data.PixelData = pixels.tobytes()
    file = io.BytesIO()
    pydicom.dcmwrite(file, data, enforce_file_format=True)
    return file.getvalue()


def lay(folder: Path, files: Mapping[str, int | str]) -> Path:
    """Write a form below a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, int):
            path.write_bytes(photograph(content, path.suffix.lower()))
        elif content.startswith("bytes:"):
            path.write_bytes(content.removeprefix("bytes:").encode("latin-1"))
        else:
            path.write_text(content.replace("|", "\n"), encoding="utf-8")
    return folder


def both(*places: str, start: int = 0) -> dict[str, int]:
    """Photographs, a new one at each place."""
    return {place: number for number, place in enumerate(places, start)}


FOUR = both("images/a.jpg", "images/b.jpg", "images/c.jpg", "images/d.jpg")
TWO_EACH = {"MEL": 2, "NV": 2}
ROWS = "a,MEL|b,MEL|c,NV|d,NV"


def tabled(
    header: str, rows: str = ROWS, name: str = "labels.csv", **more: int | str
) -> dict[str, int | str]:
    """Four photographs and a table."""
    return {**FOUR, name: f"{header}|{rows}", **more}


SHAPES = (
    # wrapping folders, pieces and clutter
    Shape(
        "wrapped twice", both("archive/set/melanoma/1.jpg", "archive/set/nevus/2.jpg"), {"MEL": 1, "NV": 1}
    ),
    Shape(
        "wrapped beside a readme",
        {**both("data/melanoma/1.jpg", "data/nevus/2.jpg"), "README.txt": "about", "LICENSE": "terms"},
        {"MEL": 1, "NV": 1},
    ),
    Shape(
        "a folder of images between",
        both("images/melanoma/1.jpg", "images/nevus/2.jpg", "images/nevus/3.jpg"),
        {"MEL": 1, "NV": 2},
    ),
    Shape(
        "class folders in pieces",
        both("images_part_1/melanoma/1.jpg", "images_part_1/nevus/2.jpg", "images_part_2/nevus/3.jpg"),
        {"MEL": 1, "NV": 2},
    ),
    Shape(
        "classes with a folder of images inside each",
        both("melanoma/images/1.jpg", "nevus/images/2.jpg", "nevus/images/more/3.jpg"),
        {"MEL": 1, "NV": 2},
    ),
    Shape(
        "pieces and a table",
        {**both("imgs_part_1/a.png", "imgs_part_2/b.png"), "t.csv": "img_id,diagnostic|a.png,MEL|b.png,NV"},
        {"MEL": 1, "NV": 1},
        says="lesion",
    ),
    Shape(
        "pieces without a table", both("images_part_1/a.jpg", "images_part_2/b.jpg"), says="heaps|no table"
    ),
    Shape(
        "what systems leave behind",
        {
            **both("melanoma/1.jpg", "nevus/2.jpg"),
            "__MACOSX/melanoma/._1.jpg": "x",
            "melanoma/._1.jpg": "x",
            ".ipynb_checkpoints/melanoma/1-checkpoint.jpg": "x",
            "nevus/Thumbs.db": "x",
            "nevus/.DS_Store": "x",
            "@eaDir/melanoma/1.jpg": "x",
        },
        {"MEL": 1, "NV": 1},
    ),
    Shape("classes that are numbers", both("0/1.jpg", "1/2.jpg", "1/3.jpg"), {"0": 1, "1": 2}),
    Shape(
        "numbers inside parts",
        both("train/0/1.jpg", "train/1/2.jpg", "test/0/3.jpg"),
        says="(?i)part.*--given",
    ),
    Shape(
        "numbers that are mapped",
        both("images/0/1.jpg", "images/1/2.jpg"),
        {"benign": 1, "malignant": 1},
        options=ImportOptions(class_map={"0": "benign", "1": "malignant"}),
    ),
    # parts and folds
    *(
        Shape(
            f"parts {first} and {second}",
            both(
                *(
                    f"{part}/{name}/{part}-{name}.jpg"
                    for part in (first, second)
                    for name in ("benign", "malignant")
                )
            ),
            says="(?i)part.*--given",
        )
        for first, second in (
            ("train", "test"),
            ("Training Set", "Validation Set"),
            ("TRAIN", "VAL"),
            ("train_images", "test_images"),
            ("images_train", "images_test"),
            ("ISIC_Training_Input", "ISIC_Test_Input"),
            ("trainset", "holdout"),
            ("train-cropped", "eval"),
        )
    ),
    Shape(
        "folds",
        both(
            "fold_0/benign/1.jpg", "fold_0/malignant/2.jpg", "fold_1/benign/3.jpg", "fold_1/malignant/4.jpg"
        ),
        says="(?i)fold.*--given",
    ),
    Shape(
        "folds called kfold",
        both(
            "KFold-1/benign/1.jpg",
            "KFold-1/malignant/2.jpg",
            "KFold-2/benign/3.jpg",
            "KFold-2/malignant/4.jpg",
        ),
        says="(?i)fold.*--given",
    ),
    Shape(
        "folds called by a number first",
        both(
            "1_fold/benign/1.jpg", "1_fold/malignant/2.jpg", "2_fold/benign/3.jpg", "2_fold/malignant/4.jpg"
        ),
        says="(?i)fold.*--given",
    ),
    Shape(
        "parts inside classes",
        both("benign/train/1.jpg", "benign/test/2.jpg", "malignant/train/3.jpg", "malignant/test/4.jpg"),
        says="(?i)part.*--given",
    ),
    Shape(
        "part and class in one name",
        both("train_benign/1.jpg", "train_malignant/2.jpg", "test_benign/3.jpg", "test_malignant/4.jpg"),
        says="(?i)part.*--given",
    ),
    Shape(
        "parts beside a readme",
        {
            **both("x/train/nevus/1.jpg", "x/train/melanoma/2.jpg", "x/test/nevus/3.jpg"),
            "x/readme.md": "hello",
        },
        says="(?i)part.*--given",
    ),
    # masks
    Shape(
        "masks called so, beside",
        {
            **both("melanoma/1.jpg", "nevus/2.jpg"),
            "melanoma/1_mask.png": MASK,
            "nevus/2_Segmentation.png": MASK,
        },
        {"MEL": 1, "NV": 1},
        says="mask",
        paths="jpg",
    ),
    Shape(
        "masks in a folder of their own",
        {**both("melanoma/1.jpg", "nevus/2.jpg"), "masks/1.png": MASK, "masks/2.png": MASK},
        {"MEL": 1, "NV": 1},
        says="mask",
        paths="jpg",
    ),
    Shape(
        "masks in a folder whose name does not say so",
        {**FOUR, "GT/a.png": MASK, "GT/b.png": MASK, "labels.csv": f"image,label|{ROWS}"},
        TWO_EACH,
        paths="images/",
    ),
    Shape(
        "masks by content in class folders",
        {**both("melanoma/1.jpg", "nevus/2.jpg"), "melanoma/1.png": MASK, "nevus/2.png": MASK},
        {"MEL": 1, "NV": 1},
        says="mask",
        paths="jpg",
    ),
    Shape(
        "photograph and mask of one suffix",
        {
            **both("photo/a.png", "photo/b.png"),
            "lesion/a.png": MASK,
            "lesion/b.png": MASK,
            "l.csv": "image,label|a,MEL|b,NV",
        },
        {"MEL": 1, "NV": 1},
        paths="photo/",
    ),
    # names of files
    Shape(
        "two photographs for one id",
        {**FOUR, "other/a.jpg": 77, "labels.csv": f"image,label|{ROWS}"},
        says="(?s)two files.*images/a.jpg.*other/a.jpg|two files.*other/a.jpg.*images/a.jpg",
    ),
    Shape("the same file twice", {**FOUR, "copy/a.jpg": 0, "labels.csv": f"image,label|{ROWS}"}, TWO_EACH),
    Shape(
        "one name in two class folders",
        both("melanoma/1.jpg", "nevus/1.jpg"),
        {"MEL": 1, "NV": 1},
        ids=("melanoma/1", "nevus/1"),
    ),
    *(
        Shape(
            f"files end in {suffix}",
            {**both(*(f"images/{name}{suffix}" for name in "abcd")), "labels.csv": f"image,label|{ROWS}"},
            TWO_EACH,
            paths=re.escape(suffix),
        )
        for suffix in (".JPEG", ".PNG", ".bmp", ".dcm", ".tif", ".webp")
    ),
    # tables
    Shape("suffix in the id", tabled("filename,class", ROWS.replace(",", ".jpg,")), TWO_EACH),
    Shape(
        "path in the id",
        tabled("path,y", "images/a.jpg,MEL|images/b.jpg,MEL|images/c.jpg,NV|images/d.jpg,NV"),
        TWO_EACH,
    ),
    Shape(
        "a Windows path in the id",
        tabled("file,label", "C:\\x\\a.jpg,MEL|C:\\x\\b.jpg,MEL|C:\\x\\c.jpg,NV|C:\\x\\d.jpg,NV"),
        TWO_EACH,
    ),
    Shape("a running number in front", tabled(",image,label", "0,a,MEL|1,b,MEL|2,c,NV|3,d,NV"), TWO_EACH),
    Shape(
        "a running number called so",
        tabled("Unnamed: 0,image,label", "0,a,MEL|1,b,MEL|2,c,NV|3,d,NV"),
        TWO_EACH,
    ),
    Shape("semicolons", tabled("image;label", ROWS.replace(",", ";")), TWO_EACH, says="semicolon"),
    Shape("tabs", tabled("image\tlabel", ROWS.replace(",", "\t"), "labels.tsv"), TWO_EACH, says="tabs"),
    Shape("a byte order mark", tabled("\ufeffimage,label"), TWO_EACH),
    Shape("blanks around", tabled("image , label", "a , MEL|b, MEL |c,NV|d, NV"), TWO_EACH),
    Shape(
        "UTF-16", {**FOUR, "labels.csv": "bytes:\xff\xfei\x00m\x00a\x00g\x00e\x00,\x00l\x00"}, says="UTF-16"
    ),
    Shape(
        "Latin-1", {**FOUR, "labels.csv": "bytes:image,label,site\na,MEL,L\xe9vre\nb,NV,x\n"}, says="UTF-8"
    ),
    Shape("Excel", {**FOUR, "labels.xlsx": "bytes:PK\x03\x04"}, says="(?i)xlsx.*CSV|Excel"),
    Shape("no header", {**FOUR, "labels.csv": ROWS}, TWO_EACH),
    Shape("unknown names of both columns", tabled("lesion picture,what it is"), TWO_EACH),
    Shape("one-hot", tabled("image,MEL,NV", "a,1,0|b,1,0|c,0,1|d,0,1"), TWO_EACH),
    Shape(
        "one-hot of names in full",
        tabled("id,Melanoma,Melanocytic nevus", "a,1.0,0.0|b,1,0|c,0,1|d,0.0,1.0"),
        TWO_EACH,
    ),
    Shape(
        "one-hot of True and False",
        tabled("image,mel,nv", "a,True,False|b,TRUE,FALSE|c,false,true|d,False,True"),
        TWO_EACH,
    ),
    Shape("one-hot of yes and no", tabled("image,mel,nv", "a,yes,no|b,Yes,No|c,no,yes|d,no,yes"), TWO_EACH),
    Shape(
        "one-hot with a decimal comma",
        tabled("image;MEL;NV", "a;1,0;0,0|b;1,0;0,0|c;0,0;1,0|d;0,0;1,0"),
        TWO_EACH,
    ),
    Shape("one-hot with prefixes", tabled("image,is_melanoma,is_nevus", "a,1,0|b,1,0|c,0,1|d,0,1"), TWO_EACH),
    Shape(
        "one-hot with a running number", tabled(",image,MEL,NV", "0,a,1,0|1,b,1,0|2,c,0,1|3,d,0,1"), TWO_EACH
    ),
    Shape("one-hot with empty for 0", tabled("image,MEL,NV", "a,1,|b,1,|c,,1|d,,1"), TWO_EACH),
    Shape("rows of zeros", tabled("image,MEL,BCC", "a,1,0|b,0,1|c,0,0|d,0,0"), says="(?s)none.*--map"),
    Shape(
        "rows of zeros that mean a class",
        tabled("image,MEL,BCC", "a,1,0|b,0,1|c,0,0|d,0,0"),
        {"MEL": 1, "BCC": 1, "NV": 2},
        options=ImportOptions(class_map={"none": "NV"}),
    ),
    Shape(
        "rows of zeros left out",
        tabled("image,MEL,BCC", "a,1,0|b,0,1|c,0,0|d,0,0"),
        {"MEL": 1, "BCC": 1},
        options=ImportOptions(skip=("none",)),
    ),
    Shape(
        "ISIC 2017",
        tabled("image_id,melanoma,seborrheic_keratosis", "a,1.0,0.0|b,0.0,1.0|c,0.0,0.0|d,0.0,0.0"),
        {"MEL": 1, "BKL": 1, "NV": 2},
    ),
    Shape(
        "one column of 0 and 1 that says what",
        tabled("image,melanoma", "a,1|b,1|c,0|d,0"),
        {"MEL": 2, "no MEL": 2},
    ),
    Shape("a target of 0 and 1", tabled("image,target", "a,1|b,1|c,0|d,0"), {"1": 2, "0": 2}, says="--map"),
    Shape(
        "a target of 0 and 1, mapped",
        tabled("image,target", "a,1|b,1|c,0|d,0"),
        {"benign": 2, "malignant": 2},
        options=ImportOptions(class_map={"0": "benign", "1": "malignant"}),
    ),
    Shape(
        "benign and malignant",
        tabled("image,benign_malignant", "a,malignant|b,benign|c,benign|d,benign"),
        {"benign": 3, "malignant": 1},
    ),
    Shape(
        "several columns of labels",
        tabled("image,dx,coarse", "a,MEL,malignant|b,MEL,malignant|c,NV,benign|d,NV,benign"),
        {"benign": 2, "malignant": 2},
        options=ImportOptions(label="coarse"),
    ),
    Shape(
        "several columns of labels, in any spelling",
        tabled("image,dx,Coarse Label", "a,MEL,malignant|b,MEL,malignant|c,NV,benign|d,NV,benign"),
        {"benign": 2, "malignant": 2},
        options=ImportOptions(label="coarse_label"),
    ),
    Shape(
        "a label column that is not there",
        tabled("image,dx", ROWS),
        says="(?s)labell.*dx",
        options=ImportOptions(label="labell"),
    ),
    Shape(
        "Name (CODE)",
        tabled("image,label", "a,Melanoma (MEL)|b,Melanoma (MEL)|c,Nevus (NV)|d,Melanocytic nevi (NV)"),
        TWO_EACH,
    ),
    Shape(
        "a scar is no SCC",
        tabled("image,label", "a,MEL|b,NV|c,NV|d,scar"),
        says=r"(?s)scar(?!.*did you mean).*--skip scar",
    ),
    Shape(
        "a scar left out",
        tabled("image,label", "a,MEL|b,NV|c,NV|d,scar"),
        {"MEL": 1, "NV": 2},
        options=ImportOptions(skip=("scar",)),
    ),
    Shape(
        "lesions and patients in other tables",
        {
            **tabled("image,label"),
            "meta/lesions.csv": "image,lesion_id|a,L1|b,L1|c,L2|d,L3",
            "people.csv": "isic_id;patient_id|a;P1|b;P1|c;P2|d;P2",
        },
        TWO_EACH,
        lesions=3,
        patients=2,
    ),
    Shape(
        "a table that is not read is named",
        {**tabled("image,label"), "prices.csv": "item,price|x,1"},
        TWO_EACH,
        says="not read: prices.csv",
    ),
    Shape(
        "class folders with lesions in a table",
        {
            **both("melanoma/a.jpg", "nevus/b.jpg", "nevus/c.jpg"),
            "lesions.csv": "image,lesion_id|a,L1|b,L2|c,L2",
        },
        {"MEL": 1, "NV": 2},
        lesions=2,
    ),
    Shape(
        "folders are no classes where a table has labels",
        {
            **both("batch1/a.jpg", "batch1/b.jpg", "batch2/c.jpg", "batch2/d.jpg"),
            "labels.csv": f"image,label|{ROWS}",
        },
        TWO_EACH,
    ),
    Shape(
        "a folder called unknown",
        both("melanoma/1.jpg", "nevus/2.jpg", "unknown/3.jpg"),
        {"MEL": 1, "NV": 1, "UNK": 1},
        says="unknown.*--skip",
    ),
    Shape(
        "a folder called unlabeled",
        both("melanoma/1.jpg", "nevus/2.jpg", "Unlabeled/3.jpg"),
        says="(?s)Unlabeled.*--skip",
    ),
    Shape(
        "images beside class folders",
        both("melanoma/1.jpg", "nevus/2.jpg", "stray.jpg"),
        {"MEL": 1, "NV": 1},
        says="stray.jpg",
    ),
    Shape("arrays", {"dermamnist.npz": "bytes:PK\x03\x04"}, says="npz"),
    Shape(
        "a zip that is not unpacked",
        {"ISIC.zip": "bytes:PK\x03\x04", "truth.csv": "image,MEL,NV|a,1,0"},
        says="(?i)zip",
    ),
)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_a_shape_is_read_right_or_refused_clearly(shape: Shape, tmp_path: Path) -> None:
    folder, out = lay(tmp_path / "in", shape.files), tmp_path / "out"
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", LentigoWarning)
        if shape.counts is None:
            with pytest.raises(LentigoError) as refused:
                import_data(folder, out, shape.options)
            said = "\n".join([*(str(warning.message) for warning in caught), str(refused.value)])
            assert re.search(shape.says, said), said
            return
        result = import_data(folder, out, shape.options)
    table = result.manifest.table
    assert dict(Counter(table["class"])) == dict(shape.counts)
    assert result.problems.empty
    assert all(re.search(shape.paths, path) for path in table["path"])
    for column, number in (("lesion_id", shape.lesions), ("patient_id", shape.patients)):
        assert len(set(table[column]) - {""}) == number
    if shape.ids:
        assert set(table["image_id"]) == set(shape.ids)
    said = "\n".join(str(warning.message) for warning in caught)
    assert re.search(shape.says, said), said
