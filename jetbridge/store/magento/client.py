"""The client of one Magento 2 store: signed calls, lists page by page, writes in arrays that the store takes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self

from jetapi.http import answers
from jetapi.http.calls import Answer, Call, Kind
from jetapi.http.circuit import Circuit
from jetapi.http.errors import CallError, ForbiddenAddress, InvalidCall, Refused, unreadable
from jetapi.http.pool import Pool
from jetapi.http.records import OnCall
from jetapi.http.retry import Retries
from jetapi.http.timeouts import Deadline, Timeouts
from jetapi.http.transport import Sender, Transport
from jetbridge.store.magento.errors import StoreBroken, at_a_row
from jetbridge.store.magento.oauth import Keys, authorization
from jetbridge.store.magento.values import number_in
from jetbridge.store.magento.wire import MAGENTO, Filter, criteria

# Where writes go: without it, the default view would be written, and not the values that all views share.
ALL = "all"
# One writes, two read at most: more gained nothing on a real store.
CONNECTIONS = 2
PAGE = 300
# Until the store says that it takes fewer at once.
ARRAY = 100
# Numbers of rows are 32 bits.
HIGHEST = 2**32
TOO_MANY_ROWS = "Maximum SearchCriteria pageSize is "
TOO_MANY_MEMBERS = "Maximum items of type "
# A store's pages of products take seconds; a full one on a small machine more than a quarter of a minute.
TIMEOUTS = Timeouts(connect=5, read=60, total=120)
# What is asked to find a row at which the store hangs is small: a sound answer takes a few seconds.
SEARCH = Timeouts(connect=5, read=20, total=20)

# By this name every list is filtered and sorted.
ID = "entity_id"
Rows = Iterator[Mapping[str, Any]]
Skip = Callable[[int, StoreBroken], None]


class MagentoClient:
    """
    Speaks to one store for one integration. Threads may share a client.

    `store_view` is the view whose texts and prices are read. `time` is the store's own at its last answer.
    """

    def __init__(  # noqa: PLR0913 - a client's settings, all but the first two keyword-only
        self,
        base_url: str,
        keys: Keys,
        *,
        store_view: str = "",
        on_call: OnCall | None = None,
        timeouts: Timeouts = TIMEOUTS,
        retries: Retries | None = None,
        circuit: Circuit | None = None,
        purpose: str = "",
        correlation_id: str = "",
    ) -> None:
        if not base_url.lower().startswith(("http://", "https://")):
            raise InvalidCall(f"{base_url!r} is not an http(s) address of a store")
        self.base_url = base_url.rstrip("/")
        self.store_view = store_view or ALL
        self.time: datetime | None = None
        self.clock_seconds = 0.0
        self.page_size, self.array_size = PAGE, ARRAY
        # Rows that the store gives at once, where it said so.
        self.most_rows = HIGHEST
        self._keys = keys
        self._timeouts = timeouts
        self.on_call = on_call
        self._pool = Pool(connections=CONNECTIONS, addresses=_NowhereElse(), user_agent="JetBridge")
        self._sender = Sender(
            user=keys.consumer_key, purpose=purpose, correlation_id=correlation_id, on_call=on_call
        )
        self._transport = Transport(
            base_url=self.base_url, pool=self._pool, timeouts=timeouts, retries=retries or Retries(),
            circuit=circuit or Circuit(), peer=MAGENTO,
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"<MagentoClient {self._keys.consumer_key} at {self.base_url}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def sends_bearer(self) -> bool:
        return self._keys.bearer

    def close(self) -> None:
        self._pool.close()

    def read(self, path: str, query: str = "", *, view: str = "", timeouts: Timeouts | None = None) -> Any:
        """
        Read in the store view, or in another: GET /rest/{view}/V1/{path}.

        :raises CallError: no answer, or a refusal
        """
        return self.send(Call("GET", _address(view or self.store_view, path, query)), timeouts)

    @contextmanager
    def by_rows(self) -> Iterator[None]:
        """
        Read inside what is read in smaller parts where one row of it may be the cause of a failure.

        :raises StoreBroken: in place of any such failure, where the store answers something else
        :raises CallError: as it was
        """
        try:
            yield
        except StoreBroken:
            raise
        except CallError as error:
            broken = at_a_row(error)
            if broken is None or not self._answers():
                raise
            raise broken from error

    def _answers(self) -> bool:
        try:
            self.read("store/websites", timeouts=SEARCH)
        except CallError:
            return False
        return True

    def ask(self, path: str, body: Any) -> Any:
        """
        Read by a POST, as prices are read.

        :raises CallError: no answer, or a refusal
        """
        return self.send(Call("POST", _address(self.store_view, path), kind=Kind.READ, json=body))

    def ask_of(self, path: str, name: str, values: Sequence[str]) -> list[Mapping[str, Any]]:
        """
        Read by POSTs of as many values as the store takes at once.

        :raises StoreBroken: one of them may be the cause
        :raises CallError: no answer, or a refusal
        """
        with self.by_rows():
            answered = list(self._by_parts(values, lambda part: self.ask(path, {name: list(part)})))
        return [each for answer in answered for each in answer or [] if isinstance(each, Mapping)]

    def write(self, method: str, path: str, body: Any = None, *, kind: Kind = Kind.ONCE) -> Any:
        """
        Change the values that all views share: /rest/all/V1/{path}; never repeated where it may be done.

        :raises CallError: no answer, or a refusal
        """
        return self.send(Call(method, _address(ALL, path), kind=kind, json=body))

    def write_rows(self, path: str, name: str, rows: Sequence[Any]) -> None:
        """
        Set many rows that may be set twice, as many at once as the store takes.

        :raises CallError: no answer, or a refusal; the rows before are set
        """
        for _ in self._by_parts(
            rows, lambda part: self.write("POST", path, {name: part}, kind=Kind.REPEATABLE)
        ):
            pass

    def _by_parts(self, values: Sequence[Any], send: Callable[[Sequence[Any]], Any]) -> Iterator[Any]:
        """Send values in arrays that the store takes: how many it takes at once stands in its refusal."""
        at = 0
        while at < len(values):
            part = values[at : at + self.array_size]
            try:
                yield send(part)
            except Refused as refusal:
                limit = _limit(refusal, TOO_MANY_MEMBERS)
                if limit is None or limit >= len(part):
                    raise
                self.array_size = limit
                continue
            at += len(part)

    def send(self, call: Call, timeouts: Timeouts | None = None) -> Any:
        """
        Send any call, signed anew at each attempt.

        :raises CallError: no answer, or a refusal
        """
        value, answer = self._transport.answered(
            call,
            sender=self._sender,
            deadline=Deadline(timeouts or self._timeouts),
            authorize=self._authorize,
        )
        self._look_at_the_clock(answer)
        return value

    def page(
        self, path: str, filters: Sequence[Filter] = (), **asked: Any
    ) -> tuple[list[Mapping[str, Any]], int]:
        """
        Read one page of a list and how many rows there are in all; takes fewer at once where the store says so.

        :raises CallError: no answer, or a refusal
        """
        size = min(asked.pop("size", self.page_size), self.most_rows)
        how = {"view": asked.pop("view", ""), "timeouts": asked.pop("timeouts", None)}
        try:
            found = self.read(path, criteria(filters, size=size, **asked), **how)
        except Refused as refusal:
            limit = _limit(refusal, TOO_MANY_ROWS)
            if limit is None or limit >= size:
                raise
            self.page_size, self.most_rows = min(self.page_size, limit), limit
            found = self.read(path, criteria(filters, size=limit, **asked), **how)
        document = answers.mapping(found, of=path)
        # With `fields`, a list without rows comes as null.
        items = [each for each in document.get("items") or [] if isinstance(each, Mapping)]
        total = document.get("total_count")
        return items, total if isinstance(total, int) else len(items)

    def walk_page(
        self, path: str, filters: Sequence[Filter] = (), *, is_search: bool = False, **asked: Any
    ) -> tuple[list[Mapping[str, Any]], int]:
        """
        Read a page as a part of a walk; what is read in search of a broken row is small and not waited for as long.

        :raises StoreBroken: a row of it may be the cause
        :raises CallError: no answer, or a refusal
        """
        with self.by_rows():
            return self.page(path, filters, timeouts=SEARCH if is_search else None, **asked)

    def rows(self, path: str, *, key: str, filters: Sequence[Filter] = (), skip: Skip, **asked: Any) -> Rows:
        """
        Read a whole list by its number, which rows call `key`, so that no page repeats or skips any.

        A page at which the store falls over is halved until the row that it cannot read is alone; that is skipped.

        :raises CallError: no answer, or a refusal
        """
        pages = self.pages(path, key=key, filters=lambda: filters, skip=skip, **asked)
        return (row for page in pages for row in page)

    def pages(
        self,
        path: str,
        *,
        key: str,
        filters: Callable[[], Sequence[Filter]],
        skip: Skip,
        after: int = 0,
        size: Callable[[int], int] = lambda most: most,
        **asked: str,
    ) -> Iterator[list[Mapping[str, Any]]]:
        """
        Read a list page by page; the filters, and of how many rows a page is, are asked for anew before each.

        :param asked: the view, and the fields that are left of each row
        :raises CallError: no answer, or a refusal
        """
        last, most, fell = after, self.page_size, False
        while count := size(most):
            try:
                between = [*filters(), Filter(ID, last, "gt")]
                items, total = self.walk_page(path, between, is_search=fell, sort=ID, size=count, **asked)
            except StoreBroken as broken:
                if not fell and self._falls(path, filters(), last, last, asked.get("view", "")):
                    raise
                fell = True
                if count > 1:
                    most = count // 2
                    continue
                last = self._broken(path, filters(), last, asked.get("view", ""))
                skip(last, broken)
                yield []  # whoever waits for pages sees that the search got on
                continue
            numbers = [number_of(each, key) for each in items]
            yield items
            # Old versions give the last page again and again, where there is none any more.
            if not items or total <= len(items) or max(numbers) <= last:
                return
            last, most = max(numbers), min(self.page_size, most * 2)

    def _broken(self, path: str, filters: Sequence[Filter], last: int, view: str) -> int:
        """
        Find the number of the first row after one at which the store falls over.

        :raises StoreBroken: it falls over whatever it is asked of this list
        """
        low, step = last, 1
        while not self._falls(path, filters, last, last + step, view):
            low, step = last + step, step * 2
            if step > HIGHEST:  # it falls, but at no row: nothing of the list can be read
                raise StoreBroken(status=500, name=MAGENTO.name)
        high = last + step
        while high - low > 1:
            middle = (low + high) // 2
            is_below = self._falls(path, filters, last, middle, view)
            low, high = (low, middle) if is_below else (middle, high)
        return high

    def _falls(self, path: str, filters: Sequence[Filter], above: int, upto: int, view: str) -> bool:
        """Return whether the store falls over at the first row between two numbers; there may be none."""
        between = [*filters, Filter(ID, above, "gt"), Filter(ID, upto, "lteq")]
        try:
            self.walk_page(path, between, is_search=True, size=1, sort=ID, view=view)
        except StoreBroken:
            return True
        return False

    def _authorize(self, method: str, url: str) -> str:
        return authorization(self._keys, method, url)

    def _look_at_the_clock(self, answer: Answer) -> None:
        try:
            self.time = parsedate_to_datetime(answer.headers.get("Date", "")).astimezone(UTC)
        except (TypeError, ValueError):
            return
        self.clock_seconds = (self.time - datetime.now(UTC)).total_seconds()


class _NowhereElse:
    """A store hands out no address that is followed."""

    def check(self, url: str) -> None:
        raise ForbiddenAddress("the store handed out an address, which is not followed")

    def check_host(self, host: str, port: int) -> None:
        self.check(host)

    def check_peer(self, host: str, port: int, ip: str) -> None:
        self.check(host)


def _address(view: str, path: str, query: str = "") -> str:
    return f"/rest/{view}/V1/{path}{'?' if query else ''}{query}"


def _limit(refusal: Refused, text: str) -> int | None:
    """Read how many the store takes at once out of its refusal."""
    for message in refusal.messages:
        if message.startswith(text) and (number := number_in(message.rpartition(" ")[2])):
            return number
    return None


def number_of(row: Mapping[str, Any], key: str) -> int:
    """
    Read a row's number.

    :raises Unreadable: it has none
    """
    value = row.get(key)
    number = value if isinstance(value, int) else number_in(value) if isinstance(value, str) else None
    if number is not None:
        return int(number)
    raise unreadable(f"a row without its {key}")
