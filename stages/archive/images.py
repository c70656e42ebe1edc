"""Image layers as image XObjects and their painting operators (ISO 32000-1, 8.9).

Nothing is decoded or coded anew: the layers' bytes go into the file as they are. Colours are
DeviceRGB and DeviceGray, which the sRGB output intent defines (ISO 19005-2, 6.2.4.3). Never
`/Interpolate true` (ISO 19005-2, 6.2.8.2), never transparency.
"""

from __future__ import annotations

from dataclasses import dataclass

import pikepdf
from pikepdf import Dictionary, Name

from pipeline.model.errors import ContractError
from pipeline.model.records import ImageLayer, PageLayers

_COLOUR_SPACES = {"rgb": Name.DeviceRGB, "gray": Name.DeviceGray, "bitonal": Name.DeviceGray}
_FILTERS = {"jpeg": Name.DCTDecode, "g4": Name.CCITTFaxDecode, "flate": Name.FlateDecode}


@dataclass(frozen=True, slots=True, kw_only=True)
class PaintedImages:
    """A page's images: resources by name and the operators that paint them."""

    resources: dict[str, pikepdf.Object]
    operators: bytes


def paint(pdf: pikepdf.Pdf, page: PageLayers, *, height_pt: float) -> PaintedImages:
    """Add a page's images to the file.

    Args:
        pdf: the file being written.
        page: the layers, bottom first.
        height_pt: the page's height, to turn y around (layers count from the top).

    Raises:
        ContractError: BUG-PDFA for an encoding that no one announced.
    """
    resources: dict[str, pikepdf.Object] = {}
    parts = []
    for ordinal, layer in enumerate(page.images):
        name = f"/I{ordinal}"
        resources[name] = _image_object(pdf, layer)
        box = layer.box
        matrix = (box.width_pt, box.height_pt, box.x0, height_pt - box.y1)
        width, height, x, y = (f"{value:.4f}".rstrip("0").rstrip(".") for value in matrix)
        fill = _fill(layer.stencil_rgb)
        parts.append(f"q {fill}{width} 0 0 {height} {x} {y} cm {name} Do Q\n".encode())
    return PaintedImages(resources=resources, operators=b"".join(parts))


def _fill(rgb: tuple[int, int, int] | None) -> str:
    if rgb is None:
        return ""
    red, green, blue = (f"{value / 255:.3f}".rstrip("0").rstrip(".") for value in rgb)
    return f"{red} g " if red == green == blue else f"{red} {green} {blue} rg "


def _image_object(pdf: pikepdf.Pdf, layer: ImageLayer) -> pikepdf.Object:
    if layer.encoding not in _FILTERS:
        raise ContractError("BUG-PDFA", detail=f"no filter for the encoding {layer.encoding!r}")
    if layer.stencil_rgb is not None:
        stencil = _stencil(pdf, layer.data, layer.width_px, layer.height_px)
        if layer.encoding != "g4":
            raise ContractError("BUG-PDFA", detail=f"a stencil in {layer.encoding!r}")
        return stencil
    is_bitonal = layer.colour == "bitonal"
    image = Dictionary(
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=layer.width_px,
        Height=layer.height_px,
        ColorSpace=_COLOUR_SPACES[layer.colour],
        BitsPerComponent=1 if is_bitonal else 8,
        Filter=_FILTERS[layer.encoding],
    )
    if layer.encoding == "g4":
        image.DecodeParms = _fax_parameters(layer.width_px, layer.height_px)
    if layer.mask is not None:
        image.Mask = _stencil(pdf, layer.mask, layer.mask_width_px, layer.mask_height_px)
    return pdf.make_stream(layer.data, image)


def _stencil(pdf: pikepdf.Pdf, data: bytes, width_px: int, height_px: int) -> pikepdf.Object:
    return pdf.make_stream(
        data,
        Dictionary(
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=width_px,
            Height=height_px,
            ImageMask=True,
            BitsPerComponent=1,
            Filter=Name.CCITTFaxDecode,
            DecodeParms=_fax_parameters(width_px, height_px),
        ),
    )


def _fax_parameters(width_px: int, height_px: int) -> Dictionary:
    """Return the parameters of group 4: black runs decode to 0 (ISO 32000-1, table 11)."""
    return Dictionary(K=-1, Columns=width_px, Rows=height_px, BlackIs1=False)
