"""What the demo store sells: families of products, each with its variants or styles. All of it is invented."""

from dataclasses import dataclass

ROOT = "Demo Catalog"

COLORS = {
    "Oat": "#d9c9a8", "Slate": "#5b6670", "Moss": "#6b7a4a", "Ink": "#26324d", "Clay": "#b5653f", "Plum": "#6f3d5c",
    "White": "#f4f1ea", "Black": "#2b2b2b", "Gray": "#9a9a97", "Navy": "#22396b", "Rust": "#a4492b",
    "Sage": "#9aae8f", "Sky": "#8fb8d6", "Mustard": "#d0a02f", "Red": "#b8322e", "Natural": "#e4d8c0",
}  # fmt: skip


@dataclass(frozen=True)
class Family:
    """Products of one kind. With axes it is a configurable product and its children, else one product a style."""

    code: str
    name: str
    category: str
    jet_category: str
    brand: str
    price: str
    weight: str
    text: str
    axes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    styles: tuple[tuple[str, str], ...] = ()
    material: str = ""


def _colors(*names: str) -> tuple[str, tuple[str, ...]]:
    return ("color", names)


def _sizes(*names: str) -> tuple[str, tuple[str, ...]]:
    return ("size", names)


CONFIGURABLE = (
    Family("MUG", "Stoneware Mug, 12 oz", "Kitchen/Mugs & Cups", "Mugs & Cups", "Tidewater Pottery", "14.50", "0.9",
           "Thrown by hand and glazed inside and out, with a handle wide enough for three fingers.",
           (_colors("Oat", "Slate", "Moss", "Ink", "Clay", "Plum"),), material="Stoneware"),
    Family("BOWL", "Stoneware Noodle Bowl", "Kitchen/Bowls & Plates", "Bowls & Plates", "Tidewater Pottery",
           "19.00", "1.8",
           "Deep, wide and heavy enough to keep a supper warm to the last spoon.",
           (_colors("Oat", "Slate", "Moss", "Ink"),), material="Stoneware"),
    Family("PLATE", "Dinner Plates, Set of 4", "Kitchen/Bowls & Plates", "Bowls & Plates",
           "Tidewater Pottery", "58.00", "6.2",
           "Four plates with a low rim that stack flat and go into the dishwasher.",
           (_colors("White", "Slate", "Clay", "Sage"),), material="Stoneware"),
    Family("APRON", "Canvas Apron", "Kitchen/Linens", "Kitchen Linens", "Field & Fold", "34.00", "0.8",
           "Washed cotton canvas with a towel loop and two pockets deep enough for a notebook.",
           (_colors("Natural", "Navy", "Rust", "Black"),), material="Cotton"),
    Family("TOWL", "Waffle Towel", "Bath/Towels", "Bath Towels", "Lowland Linen", "18.00", "1.1",
           "Light, absorbent and quick to dry; softer with every wash.",
           (_colors("White", "Sage", "Sky", "Gray", "Oat"), _sizes("Hand", "Bath")), material="Cotton"),
    Family("SHET", "Percale Sheet Set", "Bedroom/Sheets", "Sheets", "Lowland Linen", "89.00", "3.9",
           "Crisp cotton percale: a flat sheet, a fitted sheet with deep pockets, and two pillowcases.",
           (_colors("White", "Sky", "Gray", "Natural"), _sizes("Twin", "Full", "Queen", "King")), material="Cotton"),
    Family("PILW", "Linen Pillow Cover, 20 in", "Bedroom/Throws & Pillows", "Throws & Pillows",
           "Lowland Linen", "29.00", "0.4",
           "Stonewashed linen with a hidden zipper; the insert is sold apart.",
           (_colors("Natural", "Rust", "Moss", "Ink", "Mustard", "White"),), material="Linen"),
    Family("BLNK", "Knit Throw Blanket", "Bedroom/Throws & Pillows", "Throws & Pillows", "Field & Fold",
           "64.00", "2.7",
           "A chunky rib knit, large enough for two on one sofa.",
           (_colors("Oat", "Gray", "Rust", "Navy", "Sage"),), material="Cotton"),
    Family("TEE", "Heavy Cotton T-Shirt", "Clothing/T-Shirts", "T-Shirts", "Harbor Works", "24.00", "0.5",
           "A boxy tee in 7 oz cotton that keeps its collar flat.",
           (_colors("White", "Black", "Navy", "Moss"), _sizes("S", "M", "L", "XL")), material="Cotton"),
    Family("HOOD", "Brushed Fleece Hoodie", "Clothing/Hoodies", "Hoodies", "Harbor Works", "58.00", "1.6",
           "Brushed inside, plain outside, with a hood that stays up in the wind.",
           (_colors("Gray", "Black", "Rust"), _sizes("S", "M", "L", "XL")), material="Cotton"),
    Family("SOCK", "Wool Hiking Socks", "Clothing/Socks", "Socks", "Northpass", "19.50", "0.2",
           "Cushioned merino with a flat toe seam, made for long days and wet boots.",
           (_colors("Slate", "Rust", "Moss", "Navy"), _sizes("M", "L")), material="Wool"),
    Family("BAG", "Canvas Tote", "Clothing/Bags", "Bags", "Field & Fold", "28.00", "0.7",
           "Carries a week of groceries or a laptop, with an inner pocket for keys.",
           (_colors("Natural", "Black", "Navy", "Mustard", "Red"),), material="Cotton"),
    Family("BOTL", "Insulated Bottle", "Outdoors/Bottles", "Water Bottles", "Northpass", "27.00", "0.9",
           "Keeps cold drinks cold for a day and tea hot for a morning; fits a cup holder.",
           (_colors("White", "Slate", "Sky", "Red"), _sizes("18 oz", "32 oz")), material="Stainless steel"),
    Family("LEAD", "Rope Dog Leash, 6 ft", "Pets/Walking", "Dog Leashes", "Good Hound", "22.00", "0.5",
           "Climbing rope with a swivel clip that opens with one hand.",
           (_colors("Navy", "Red", "Mustard", "Gray"),), material="Nylon"),
    Family("DBED", "Bolster Dog Bed", "Pets/Beds", "Dog Beds", "Good Hound", "68.00", "5.5",
           "A firm mattress with a soft edge to lean on; the cover comes off for washing.",
           (_colors("Gray", "Rust"), _sizes("S", "M", "L")), material="Polyester"),
    Family("NOTE", "Dotted Notebook, A5", "Office/Paper", "Notebooks", "Ledger & Lamp", "16.00", "0.7",
           "192 numbered pages of paper that takes ink without bleeding, and lies flat.",
           (_colors("Black", "Ink", "Clay", "Sage", "Mustard"),), material="Paper"),
    Family("LAMP", "Task Lamp", "Office/Lamps", "Desk Lamps", "Ledger & Lamp", "74.00", "4.1",
           "A weighted base, a long arm and a warm bulb that dims by touch.",
           (_colors("Black", "White", "Sage", "Red"),), material="Steel"),
)  # fmt: skip

SIMPLE = (
    Family("KNIF", "Forged Kitchen Knife", "Kitchen/Knives", "Cutlery", "Anvil Street", "48.00", "0.8",
           "High-carbon steel, ground thin and balanced at the bolster.", material="Steel",
           styles=(("Paring, 3.5 in", "24.00"), ("Utility, 5 in", "36.00"), ("Santoku, 7 in", "62.00"),
                   ("Chef, 8 in", "68.00"), ("Bread, 9 in", "54.00"), ("Carving, 10 in", "72.00"))),
    Family("PANS", "Cast Iron", "Kitchen/Cookware", "Cookware", "Anvil Street", "45.00", "6.0",
           "Pre-seasoned and smooth, for stove, oven and open fire.", material="Cast iron",
           styles=(("Skillet, 8 in", "28.00"), ("Skillet, 10 in", "38.00"), ("Skillet, 12 in", "49.00"),
                   ("Griddle, 11 in", "44.00"), ("Dutch Oven, 5 qt", "98.00"), ("Dutch Oven, 7 qt", "124.00"))),
    Family("TEAS", "Loose Leaf Tea, 4 oz", "Kitchen/Tea", "Tea", "Quiet Kettle", "12.00", "0.4",
           "Whole leaves in a tin that closes tightly; makes about fifty cups.", material="",
           styles=(("Breakfast", "11.00"), ("Earl Grey", "12.00"), ("Sencha", "15.00"), ("Rooibos", "12.00"),
                   ("Chamomile", "13.00"), ("Lapsang", "16.00"))),
    Family("CNDL", "Soy Candle, 8 oz", "Home/Candles", "Candles", "Quiet Kettle", "22.00", "1.2",
           "Poured in small batches with a cotton wick; burns for about fifty hours.", material="Soy wax",
           styles=(("Cedar", "22.00"), ("Sea Salt", "22.00"), ("Fig", "24.00"), ("Clove", "22.00"),
                   ("Clean Linen", "22.00"), ("Tomato Leaf", "24.00"))),
    Family("SOAP", "Bar Soap, Pack of 2", "Bath/Soap", "Soap", "Saltmarsh", "11.00", "0.6",
           "Cold-pressed with olive oil, cut by hand, wrapped in paper.", material="",
           styles=(("Oat", "11.00"), ("Rosemary", "11.00"), ("Charcoal", "12.00"), ("Citrus", "11.00"),
                   ("Lavender", "11.00"), ("Unscented", "10.00"))),
    Family("BRSH", "Beech Brush", "Home/Cleaning", "Cleaning Brushes", "Saltmarsh", "9.00", "0.3",
           "Oiled beech and plant fiber bristles, made to be worn out and composted.", material="Beech",
           styles=(("Dish", "9.00"), ("Pot", "8.00"), ("Bottle", "10.00"), ("Vegetable", "8.00"), ("Tile", "12.00"),
                   ("Hand Broom", "19.00"))),
    Family("BASK", "Rattan Basket", "Home/Storage", "Storage Baskets", "Weft", "32.00", "1.9",
           "Woven over a steel frame, so that it keeps its shape under a full load.", material="Rattan",
           styles=(("Small", "22.00"), ("Medium", "32.00"), ("Large", "44.00"), ("Round", "36.00"), ("Tray", "28.00"),
                   ("Hamper", "79.00"))),
    Family("PLNT", "Terracotta Planter", "Outdoors/Planters", "Planters", "Weft", "18.00", "3.2",
           "Thick, frost-proof clay with a hole below and a saucer beside it.", material="Terracotta",
           styles=(("4 in", "9.00"), ("6 in", "14.00"), ("8 in", "21.00"), ("10 in", "32.00"), ("Hanging", "26.00"),
                   ("Trough", "38.00"))),
    Family("TOOL", "Garden Tool", "Outdoors/Garden Tools", "Garden Tools", "Anvil Street", "21.00", "1.0",
           "A forged head on an ash handle, sharpened before it leaves the bench.", material="Steel",
           styles=(("Trowel", "19.00"), ("Hand Fork", "21.00"), ("Pruner", "39.00"), ("Weeder", "18.00"),
                   ("Dibber", "15.00"), ("Hoe", "34.00"))),
    Family("CAMP", "Camp Gear", "Outdoors/Camping", "Camping", "Northpass", "60.00", "3.0",
           "Made for weekends: light, quick to set up, and mended with a sewing kit.", material="",
           styles=(("Tent for Two", "189.00"), ("Tent for Four", "259.00"), ("Sleeping Bag", "98.00"),
                   ("Stove", "54.00"),
                   ("Lantern", "36.00"), ("Enamel Cookset", "62.00"))),
    Family("DOGT", "Dog Toy", "Pets/Toys", "Dog Toys", "Good Hound", "13.00", "0.4",
           "Stitched twice and filled with nothing that matters when it comes out.", material="",
           styles=(("Rope Bone", "12.00"), ("Otter", "14.00"), ("Fetch Ball", "8.00"), ("Tug Ring", "13.00"),
                   ("Plush Duck", "14.00"), ("Puzzle Bowl", "22.00"))),
    Family("PENS", "Desk Set", "Office/Writing", "Pens & Pencils", "Ledger & Lamp", "14.00", "0.3",
           "Plain tools that start writing at once and refill without fuss.", material="",
           styles=(("Gel Pens", "9.00"), ("Fountain Pen", "34.00"), ("Pencils", "12.00"), ("Brush Pens", "16.00"),
                   ("Ruler", "11.00"), ("Eraser Trio", "6.00"))),
    Family("GAME", "Table Game", "Home/Games", "Games & Puzzles", "Weft", "29.00", "2.0",
           "For rainy evenings and more than one age; the rules fit on a page.", material="",
           styles=(("Harbor Puzzle, 500", "19.00"), ("Atlas Puzzle, 1000", "26.00"), ("Dominoes", "24.00"),
                   ("Chess", "58.00"), ("Card Deck", "12.00"), ("Building Blocks", "44.00"))),
)  # fmt: skip

FAMILIES = (*CONFIGURABLE, *SIMPLE)
