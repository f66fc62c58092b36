"""Mass actions on products that send nothing: checking them, and setting values of many at once."""

from collections.abc import Callable, Sequence
from typing import Any

from catalog.products.models import Product
from catalog.rules.models import ValidationResult
from catalog.rules.services import lost_zeros, validations
from catalog.rules.services.quick_edits import NotWritten
from jetbridge.mass_actions.models import MassAction, MassActionItem
from jetbridge.mass_actions.plans import Action, Cause, Effects, Outcome, Refused, each

# Products checked between two looks at whether the run still goes on.
CHECKED = 100
State = MassActionItem.State


def _validate_all(run: MassAction, ids: Sequence[int], means: Any) -> None:
    validations.validate(ids)


def _validate(run: MassAction, products: Sequence[Product], prepared: Any) -> Effects:
    """Settle each with its result."""
    ids = [product.pk for product in products]
    checked = ValidationResult.objects.filter(product_id__in=ids).values_list("product_id", "worst")
    found = {pk: ValidationResult.Severity(worst) for pk, worst in checked}
    gone = Outcome(State.SKIPPED, "The product is gone.")
    return {
        pk: Outcome(State.DONE, str(found[pk].label), str(found[pk])) if pk in found else gone for pk in ids
    }


def _restore_zeros(run: MassAction, product: Product) -> Outcome:
    return _edited(lost_zeros.restore, product, "No zero was lost.")


def _take_zeros_back(run: MassAction, product: Product) -> Outcome:
    return _edited(lost_zeros.take_back, product, "No zero was restored.")


def _edited(edit: Callable[[int], bool], product: Product, nothing: str) -> Outcome:
    try:
        changed = edit(product.pk)
    except NotWritten as problem:
        raise Refused(str(problem)) from problem
    except Product.DoesNotExist:
        return Outcome(State.SKIPPED, "The product is gone.")
    return Outcome(State.DONE) if changed else Outcome(State.SKIPPED, nothing)


TABLE = (
    Action(
        "validate",
        "Validate",
        "catalog.view_product",
        (),
        _validate,
        "Each product is checked against Jet's rules; nothing is sent.",
        prepare=_validate_all,
        sends=False,
        chunk=CHECKED,
        heading="What was found",
        done_word="checked",
    ),
    Action(
        "restore_zeros",
        "Restore lost zeros",
        "catalog.change_product",
        (Cause("none_lost", "No zero was lost for certain", lambda run: ~lost_zeros.lost(), already=True),),
        each(_restore_zeros),
        "Identifiers get the zeros back that they lost in front; from then on they stand on the tab jet.com.",
        sends=False,
        undo="take_zeros_back",
    ),
    Action(
        "take_zeros_back",
        "Take restored zeros back",
        "catalog.change_product",
        (Cause("none_restored", "No zero was restored", lambda run: ~lost_zeros.restored(), already=True),),
        each(_take_zeros_back),
        "Identifiers are again what they were before their zeros were restored; what was changed since is left.",
        sends=False,
    ),
)
