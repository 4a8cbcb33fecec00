"""Names of images in; the name of the photograph that each was made from out.

Copies are called after their original: `ISIC_0024306_aug_1`, `rot90_mole_0007`, `x_jpg.rf.0a1b2c`. A number
of the ISIC archive counts wherever it stands. Of other names, words of image processing with the numbers
behind them go, where what is left is the name of another image of the list, or has a number of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_ARCHIVE = re.compile(r"(?<![a-z])isic[ _.-]?(\d{7})(?!\d)", re.IGNORECASE)
_GAP = re.compile(r"[\s_.,()\[\]+-]+")
_WORDS = re.compile(r"[^\s_.,()\[\]+-]+")
_INNER_SUFFIX = re.compile(r"[._ -](?:jpe?g|png|bmp|tiff?|webp)(?=$|[._ -]).*$", re.IGNORECASE)
"""`x.jpg.png`, `x_jpg.rf.HASH` (Roboflow), `class_original_x.jpg_UUID` (Augmentor)."""
_AFTER_ORIGINAL = re.compile(r"^.*_original_(?=.*\d)", re.IGNORECASE)
_BRACKETS = re.compile(r"^(.*\S)\s*\(\d{1,4}\)$")
_NUMBER = re.compile(r"[a-z]?\d{1,4}(?:deg|px)?|[hvxy]|lr|ud", re.IGNORECASE)
_WORD = re.compile(
    r"(?:aug|augm|augment(?:ed|ation)?|[hv]?flip(?:ped)?(?:lr|ud|[hv])?|horizontal|vertical|mirror(?:ed)?|"
    r"rot(?:ate|ated|ation)?|crop(?:ped)?|zoom(?:ed)?|shift(?:ed)?|shear(?:ed)?|scaled?|resized?|"
    r"(?:down|up)(?:sampled?|scaled?)|copy|copied|dup|duplicate|bright(?:ness|er|ened)?|dark(?:er|ened)?|"
    r"contrast|gamma|hue|saturat(?:ed|ion)|colou?r|jitter(?:ed)?|nois[ey]|gauss(?:ian)?|blur(?:red)?|"
    r"sharp(?:en|ened)?|clahe|equali[sz]ed?|gr[ae]y(?:scale)?|transform(?:ed)?|distort(?:ed|ion)?|elastic|"
    r"affine|perspective|warp(?:ed)?|translat(?:ed|ion)|cutout|mixup|orig(?:inal)?|thumb(?:nail)?|"
    r"compress(?:ed)?|enhanced?|(?:pre)?processed|hairless|nohair|dehaired|normali[sz]ed|pad(?:ded)?|"
    r"squared?|transposed?|invert(?:ed)?|r(?:90|180|270)|\d{2,4}x\d{2,4})\d{0,4}",
    re.IGNORECASE,
)
MOST_COPIES = 50
"""Images that may be copies of one; more that bear one name are called after something else."""
_LEAST_TOLD = 4
"""Letters and digits of a name, digits among them, that another name may hold by more than chance."""


def original_name(name: str) -> str:
    """The name without what processing adds to it; the archive's own number where it holds one."""
    archive = _ARCHIVE.search(name)
    if archive:
        return f"ISIC_{archive[1]}"
    plain = _INNER_SUFFIX.sub("", _AFTER_ORIGINAL.sub("", name)) or name
    tokens = list(_WORDS.finditer(plain))
    words = [token[0] for token in tokens]
    end = _without_tail(words)
    start = _without_head(words[:end])
    if (start, end) == (0, len(words)):
        return plain
    return plain[tokens[start].start() : tokens[end - 1].end()]


def _without_tail(words: list[str]) -> int:
    """How many words stay when decorations at the end, each with the numbers behind it, go."""
    end = len(words)
    while end > 1:
        at = end - 1
        while at > 0 and _NUMBER.fullmatch(words[at]) and not _WORD.fullmatch(words[at]):
            at -= 1
        if at == 0 or not _WORD.fullmatch(words[at]):
            break
        end = at
    return end


def _without_head(words: list[str]) -> int:
    """Where the name begins when decorations before it go; a number behind them only before a name."""
    start = 0
    while start < len(words) - 1 and _WORD.fullmatch(words[start]):
        start += 1
    if start == 0:
        return 0
    rest = start
    while rest < len(words) - 1 and words[rest].isdigit():
        rest += 1
    return rest if re.search(r"[^\W\d]", words[rest]) and re.search(r"\d", "".join(words[rest:])) else start


def original_names(names: Sequence[str]) -> list[str]:
    """The original of each name (N,), the name itself where nothing speaks for another.

    A shorter name counts where the list has it, or where it has a digit and at most `MOST_COPIES` images
    would bear it, and is more than a running number: `melanoma_aug_1` and `melanoma_aug_2` are no copies of
    one photograph.
    """
    listed = set(names)
    found = {name: _plain(name, listed) for name in listed}
    borne = Counter(found.values())
    return [
        found[name]
        if not _is_running(found[name])
        and (found[name] in listed or _ARCHIVE.fullmatch(found[name]) or _is_told(found[name], borne))
        else name
        for name in names
    ]


def _plain(name: str, listed: set[str]) -> str:
    brackets = _BRACKETS.match(name)
    # files renamed in bulk are `melanoma (1)`, `melanoma (2)`: only beside the name itself is it a copy
    return original_name(brackets[1] if brackets and brackets[1] in listed else name)


def _is_told(name: str, borne: Counter[str]) -> bool:
    return bool(re.search(r"\d", name)) and borne[name] <= MOST_COPIES


def _is_running(name: str) -> bool:
    """Whether a name is a number that every folder has: `12_aug_1` may be of another folder's `12`."""
    return len(name) < 5 and name.isdigit()


def names_within(names: Sequence[str]) -> list[str]:
    """Of each name (N,) the longest other name of the list that it begins or ends with; empty for none.

    `mole_0007_2` holds `mole_0007`: a copy, or the second photograph of one spot. The part that both share
    ends at a gap, and has a digit and at least four letters or digits.
    """
    listed = {name for name in names if re.search(r"\d", name) and len(_GAP.sub("", name)) >= _LEAST_TOLD}
    least = min(map(len, listed), default=0)
    # most lists have names of one length, none of which can hold another
    return [
        next((part for part in _parts(name) if part in listed), "") if len(name) > least else ""
        for name in names
    ]


def _parts(name: str) -> list[str]:
    """Beginnings and ends of a name at its gaps, the longest first."""
    gaps = [match.span() for match in _GAP.finditer(name) if match.start() > 0 and match.end() < len(name)]
    parts = [name[:start] for start, _ in gaps] + [name[end:] for _, end in gaps]
    return sorted(parts, key=len, reverse=True)
