"""A small taxonomy in Jet's file format, and the real one where it is at hand."""

import pytest
from django.conf import settings

CATEGORIES = """id,Name,Parent_id,active,Level,JetTaxCode
100,Home,0,1,0,Generic Taxable Product
110,Kitchen,100,1,1,Generic Taxable Product
111,Mugs,110,1,2,Generic Taxable Product
112,Plates,110,1,2,Generators \n"""
ATTRIBUTES = """id,description,display_name,free_text,variant,retired
119,Color,Color,1,1,0
46,Weight or Volume,Weight,2,1,0
8,Product Form,Form,0,0,0
"""
VALUES = """ID,attribute_id,value,units,retired
1,8,Set,NULL,0
2,8,Single,NULL,0
3,46,_OZ,OZ,0
"""
LINKS = """attribute_id,category_id,active
119,111,1
46,111,1
8,112,1
"""


def files(**changed: str | bytes) -> dict[str, bytes]:
    """The four files; name one (categories, attributes, values, links) to give it other content."""
    texts = {"categories": CATEGORIES, "attributes": ATTRIBUTES, "values": VALUES, "links": LINKS} | changed
    return {
        f"{name}.csv": text if isinstance(text, bytes) else text.encode()
        for name, text in texts.items()
        if text
    }


def real_files() -> dict[str, bytes]:
    """The files that merchants got from Jet; the test is skipped where they are absent."""
    folder = settings.JETBRIDGE_SAMPLES / "jet_taxonomy"
    if not folder.is_dir():
        pytest.skip(f"the real taxonomy is not at {folder} (set JETBRIDGE_SAMPLES)")
    return {path.name: path.read_bytes() for path in folder.glob("*.csv")}
