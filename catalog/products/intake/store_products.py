"""Products of a linked store on their way in: compared and written as a file's rows are, page by page."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from catalog.products.intake import store_tables
from catalog.products.intake.attribute_kinds import LISTS, MOST_OPTIONS
from catalog.products.intake.bad_rows import BadRows
from catalog.products.intake.cells import BadCell
from catalog.products.intake.file_kinds import FileKind
from catalog.products.intake.headers import Header
from catalog.products.intake.notations import Evidence
from catalog.products.intake.options import ImportOptions
from catalog.products.intake.planned_changes import plan_product, plan_text
from catalog.products.intake.records import Record
from catalog.products.intake.reports import RowProblem
from catalog.products.intake.rows import BadRow, Change, ChunkState, Row
from catalog.products.intake.runs import FileRun
from catalog.products.intake.states import load_state
from catalog.products.intake.store_rows import KINDS, StoreReader, price_fields
from catalog.products.intake.store_tables import CategoryTree
from catalog.products.intake.variation_cells import Variations
from catalog.products.intake.writes import StoreWriter
from catalog.products.models import Product, ProductLink
from catalog.products.models.products import sku_key
from jetbridge.core.models.bulk_sql import upsert
from jetbridge.core.texts import number_in
from jetbridge.store.documents import SkippedRow, StorePrice, StoreProduct, StoreVocabulary

LINK = ("product_id", "number", "family", "reading")
# Families that are compared at once.
FAMILIES = 200
UNREADABLE, UNREAD_LIST = "unreadable_product", "unread_list"


class StoreRun(FileRun):
    """One reading of the store; `reading` is its number where it is a whole one."""

    def __init__(
        self,
        vocabulary: StoreVocabulary,
        options: ImportOptions,
        *,
        view: str = "",
        reading: int = 0,
    ) -> None:
        super().__init__(Header([], [], FileKind.STORE), options, lambda: Evidence(set(), set(), set()))
        self.bad_rows = BadRows(None, ())
        self._reader = StoreReader(vocabulary, view=view)
        self._words = vocabulary
        self._held_here = frozenset(self._reader.names.values())
        self._writer = StoreWriter(CategoryTree(), document=options.document)
        self._reading = reading
        self._seen: set[str] = set()

    @property
    def is_partial(self) -> bool:
        """Whether a product said what a list of the store that was not read explains."""
        return self._reader.is_partial

    def name_unread_lists(self) -> None:
        """Say which of the store's lists could not be read, or which rows of them."""
        for each in self._words.unread:
            row = f"{each.key} of the" if each.key else "The"
            text = (
                f"{row} store's list of {each.kind} was not read: {each.reason}. Products keep what they have of it "
                "here, all else of them is read. The next reading tries it again."
            )
            self.fail(Record(0, []), [RowProblem(0, "", each.kind, UNREAD_LIST, text)])

    def take(self, products: Iterable[StoreProduct | SkippedRow]) -> None:
        """Take one page: compare it with what is here, write what differs, and tie the products to their numbers."""
        read: list[tuple[StoreProduct, list[Row]]] = []
        for found in products:
            self.report.rows += 1
            if isinstance(found, SkippedRow):
                self._note(found)
                continue
            try:
                read.append((found, list(self._reader.rows(found))))
            except BadRow as bad:
                self.fail(Record(found.number, []), bad.problems)
        state = load_state([row for _, rows in read for row in rows])
        planned = [(found, changes) for found, rows in read if (changes := self._planned(rows, state))]
        if self.options.dry_run:
            return
        self._writer.store([change for _, changes in planned for change in changes if change])
        self._tie([(found, changes[0].product) for found, changes in planned])

    def take_prices(self, prices: Sequence[StorePrice | SkippedRow]) -> None:
        """Take prices that were read by themselves; those of products that are not here are left out."""
        rows = []
        for price in prices:
            if isinstance(price, SkippedRow):
                text = f"Its price was not read: {price.reason}. The next reading tries it again."
                self.fail(Record(0, []), [RowProblem(0, price.key, "", UNREADABLE, text)])
                continue
            try:
                rows.append(self._row(price.sku, fields=price_fields(price)))
            except BadCell as error:
                problem = RowProblem(0, price.sku, error.column, error.code, str(error))
                self.fail(Record(0, []), [problem])
        state = load_state(rows)
        self._store(rows, state)

    def link_families(self, only: Iterable[int] | None = None) -> None:
        """Let configurable products have the children that the store says, all of them or those of these numbers."""
        links = ProductLink.objects.exclude(family={}).select_related("product").order_by("product_id")
        if only is not None:
            links = links.filter(number__in=list(only))
        last = 0
        while chunk := list(links.filter(product_id__gt=last)[:FAMILIES]):
            last = chunk[-1].product_id
            numbers = {number for link in chunk for number in link.family["children"]}
            skus = dict(ProductLink.objects.filter(number__in=numbers).values_list("number", "product__sku"))
            rows = [
                self._row(link.product.sku, variations=_variations(link.family, skus), kind=link.product.kind)
                for link in chunk
            ]
            self._store(rows, load_state(rows), counted=False)

    def save_attributes(self) -> None:
        """Store the attributes that products of this reading have, as the store describes them."""
        for code, name in self._reader.names.items():
            if name not in self._seen:
                continue
            found = self._words.attributes[code]
            kind = KINDS[found.input]
            given = [each.strip() for each in found.options.values() if each.strip()]
            options = given if kind in LISTS and len(given) <= MOST_OPTIONS else ()
            store_tables.follow_attribute(code=name, kind=kind, label=found.label, options=options)

    def _note(self, row: SkippedRow) -> None:
        sku = "" if number_in(row.key) == row.number else row.key
        named = f"It has number {row.number} in the store and" if sku else f"Product number {row.number}"
        text = f"{named} cannot be read: {row.reason}. The next reading tries it again."
        self.fail(Record(row.number, []), [RowProblem(row.number, sku, "", UNREADABLE, text)])

    def _row(self, sku: str, *, kind: str = "", **said: object) -> Row:
        row = Row(Record(0, []), sku, sku_key(sku), kind=kind)
        for name, value in said.items():
            setattr(row, name, value)
        return row

    def _store(self, rows: Sequence[Row], state: ChunkState, *, counted: bool = True) -> None:
        """Compare rows that say a part of their products, and write what differs."""
        changes = [
            plan_product(row, state, self._writer.tree) for row in rows if state.product(row) is not None
        ]
        for change in changes if counted else ():
            self.report.rows += 1
            self.count(change)
        if not self.options.dry_run:
            self._writer.store([change for change in changes if change])

    def _planned(self, rows: Sequence[Row], state: ChunkState) -> list[Change]:
        own = rows[0]
        try:
            product = state.product(own)
            if product is not None:
                # What the store's product no longer has, ours has no more; what the store does not know stays.
                gone = (self._held_here & product.attributes.keys()) - own.attributes.keys()
                own.attributes.update(dict.fromkeys(gone))
            change = plan_product(own, state, self._writer.tree)
        except BadCell as error:
            problem = RowProblem(own.record.line, own.sku, error.column or "sku", error.code, str(error))
            self.fail(own.record, [problem])
            return []
        self._seen.update(change.product.attributes, self._axes_of(own))
        state.products[own.sku] = state.products[own.key] = change.product
        changes = [change, *(self._planned_text(row, change.product, state) for row in rows[1:])]
        self.count(next(filter(None, changes), change))
        return changes

    def _planned_text(self, row: Row, product: Product, state: ChunkState) -> Change:
        text = state.texts.get((product.pk or 0, row.view))
        held = self._held_here & text.attributes.keys() if text else set[str]()
        row.attributes.update(dict.fromkeys(held - row.attributes.keys()))
        return plan_text(row, product, state)

    def _axes_of(self, row: Row) -> Iterator[str]:
        yield from row.variations.codes if row.variations else ()

    def _tie(self, products: Sequence[tuple[StoreProduct, Product]]) -> None:
        """Remember which product has which number, and of which numbers its family is."""
        numbers = [found.number for found, _ in products]
        known = {link.number: link for link in ProductLink.objects.filter(number__in=numbers)}
        rows = []
        for found, product in products:
            family: Mapping[str, list[object]] = {}
            if product.kind == Product.Kind.CONFIGURABLE:
                before = known[found.number].family if found.number in known else {}
                family = self._family(found, before)
            rows.append((product.pk, found.number, family, self._reading))
        moved = [row[1] for row in rows if row[1] in known and known[row[1]].product_id != row[0]]
        if moved:
            ProductLink.objects.filter(number__in=moved).delete()
        update = LINK[1:] if self._reading else LINK[1:-1]
        upsert(ProductLink, LINK, rows, unique=["product_id"], update=update)

    def _family(self, found: StoreProduct, before: Mapping[str, list[object]]) -> Mapping[str, list[object]]:
        """Say of whom a family is; one whose axes were not read keeps those that it has, and else stays apart."""
        axes = self._reader.axes(found)
        if axes is None:
            return before and {**before, "children": [*found.children]}
        self._seen.update(axes)
        return {"axes": [*axes], "children": [*found.children]}


def _variations(family: Mapping[str, Sequence[object]], skus: Mapping[int, str]) -> Variations:
    children = [skus[number] for number in family["children"] if isinstance(number, int) and number in skus]
    return Variations(children, {str(code): [] for code in family["axes"]})
