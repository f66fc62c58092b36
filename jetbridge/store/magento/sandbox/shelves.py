"""What a store keeps beside its sales: read, made, changed and deleted by number, each kind in the same way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from . import lists
from .call import Call, Route
from .errors import Refusal, no_such_entity, refused
from .memory import StoreMemory

Doc = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shelf:
    """
    One kind: where it is spoken to, how its body and its number are called, and what one begins with.

    `name` is the field that no two have the same, `taken` what is said of a second one; `given` is what every store
    has from the start, `check` looks at what is to be kept.
    """

    path: str
    body: str
    resource: str
    part: str  # of the path, which stands for the number
    id: str = "id"
    name: str = "identifier"
    taken: str = "%s"
    begun: Mapping[str, Any] = field(default_factory=dict)
    given: tuple[Doc, ...] = ()
    is_needed: tuple[str, ...] = ()
    writes: str = ""  # another permission for changes
    check: Callable[[Call, Doc], None] = lambda _call, _doc: None
    can_go: Callable[[Call, Doc], None] = lambda _call, _doc: None
    missing: Callable[[int], Refusal] | None = None

    def all(self, memory: StoreMemory) -> list[Doc]:
        """Return what there is of the kind, by number."""
        if self.given and not memory.count(self.path):
            for each in self.given:
                memory.put(self.path, each[self.id], dict(each), name=str(each[self.name]))
            memory.number_from(self.path, max(each[self.id] for each in self.given) + 1)
        return memory.all(self.path)

    def find(self, memory: StoreMemory, number: int) -> Doc:
        """
        Return one.

        :raises Refusal: there is none of this number
        """
        found = next((each for each in self.all(memory) if each[self.id] == number), None)
        if found is None:
            raise self.missing(number) if self.missing else no_such_entity(self.id, number)
        return found

    def get(self, call: Call) -> Doc:
        return self.find(call.memory, call.number(self.part))

    def search(self, call: Call) -> Doc:
        return lists.members(call, self.all(call.memory))

    def save(self, call: Call) -> Doc:
        """
        Make one, or change the one whose number the path or the body gives.

        :raises Refusal: there is none of this number, what it needs is not said, or its name is another's
        """
        memory, said = call.memory, call.body[self.body]
        number = call.params.get(self.part) or call.params.get("id") or said.get(self.id)
        known = self.find(memory, int(number)) if number else None
        doc = {
            **(known or self._first(call)),
            **{k: v for k, v in said.items() if v is not None and k != self.id},
        }
        for name in self.is_needed:
            if doc.get(name) in (None, ""):
                raise Refusal(400, '"%fieldName" is required. Enter and try again.', {"fieldName": name})
        self.check(call, doc)
        same = memory.named(self.path, str(doc.get(self.name) or ""))
        if same is not None and same[self.id] != doc[self.id]:
            raise refused(self.taken)
        memory.put(self.path, int(doc[self.id]), doc, name=str(doc.get(self.name) or ""))
        return doc

    def _first(self, call: Call) -> Doc:
        self.all(call.memory)
        stamp = call.world.stamp()
        begun = {name: stamp if value == "now" else value for name, value in self.begun.items()}
        return {self.id: call.memory.number(self.path), **begun}

    def forget(self, memory: StoreMemory, doc: Doc) -> None:
        memory.forget(self.path, int(doc[self.id]))

    def delete(self, call: Call) -> bool:
        doc = self.get(call)
        self.can_go(call, doc)
        self.forget(call.memory, doc)
        return True

    def routes(self, answer: Callable[[Doc], Any] = lambda doc: doc, change: str = "id") -> tuple[Route, ...]:
        """Give its routes; `answer` is what a change answers, `change` how its path calls the number."""
        writes = self.writes or self.resource
        return (
            Route("GET", f"{self.path}/search", self.resource, self.search),
            Route("GET", f"{self.path}/{{{self.part}}}", self.resource, self.get),
            Route("POST", self.path, writes, lambda call: answer(self.save(call))),
            Route("PUT", f"{self.path}/{{{change}}}", writes, lambda call: answer(self.save(call))),
            Route("DELETE", f"{self.path}/{{{self.part}}}", writes, self.delete),
        )
