"""Names for places and organisations, coined from syllables: any likeness to a real one is chance."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

_HEADS = [
    "Quill",
    "Tarn",
    "Oster",
    "Bracken",
    "Fenner",
    "Hallow",
    "Merrow",
    "Skell",
    "Thorn",
    "Wether",
    "Larch",
    "Cinder",
    "Drey",
    "Eskin",
    "Garrow",
    "Hesper",
    "Ilder",
    "Kestle",
    "Lorn",
    "Marl",
    "Nether",
    "Orrin",
    "Pell",
    "Rook",
    "Sallow",
    "Tolver",
    "Umber",
    "Vard",
    "Whin",
    "Yarrow",
    "Alder",
    "Birken",
    "Corrie",
    "Dunlin",
]
_TAILS = [
    "mere",
    "wick",
    "by",
    "garth",
    "holm",
    "combe",
    "rigg",
    "thwaite",
    "ness",
    "low",
    "stead",
    "dale",
    "shaw",
    "hurst",
    "beck",
    "moor",
    "fold",
    "scar",
    "firth",
    "ley",
]
_FIELDS = [
    "Pathways",
    "Employment Partnership",
    "Works",
    "Skills",
    "Progress",
    "Futures",
    "Routes",
    "Learning",
    "Opportunities",
    "Work Support",
    "Inclusion",
    "Wellbeing",
    "Enterprise",
    "Training",
    "Bridges",
    "Next Steps",
    "Community Action",
    "Advice",
    "Workshops",
    "Ladders",
]
_ENDINGS = {
    "private": ("Ltd", "Limited", "Group Ltd"),
    "voluntary": ("Trust", "Foundation", "Association"),
    "mutual": ("Co-operative", "Society"),
    "public": ("Council Services", "College"),
}


def coined(rng: np.random.Generator) -> Iterator[str]:
    """Words such as Quillmere, every one once; when the pairs run out, two of them joined by a hyphen."""
    words = [head + tail for head in _HEADS for tail in _TAILS]
    rng.shuffle(words)
    yield from words
    for offset in range(1, len(words)):
        for at, word in enumerate(words):
            yield f"{word}-{words[(at + offset) % len(words)]}"


def company(word: str, sector: str, rng: np.random.Generator) -> str:
    """A name such as Quillmere Pathways Trust."""
    field = _FIELDS[int(rng.integers(len(_FIELDS)))]
    endings = _ENDINGS[sector]
    return f"{word} {field} {endings[int(rng.integers(len(endings)))]}"
