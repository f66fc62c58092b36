"""Mass actions on products that send nothing: checking them, and setting values of many at once."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.db import transaction

from catalog.products.models import Product
from catalog.rules.models import ValidationResult
from catalog.rules.services import fills, lost_zeros, validations
from catalog.rules.services.fills import Fill
from catalog.rules.services.quick_edits import NotWritten
from jetbridge.mass_actions.models import MassAction, MassActionItem
from jetbridge.mass_actions.plans import Action, Cause, Effects, Outcome, Refused, each

# Products checked between two looks at whether the run still goes on.
CHECKED = 100
# Products whose value is set in one short transaction, and the option of a run that says which.
FILLED = 25
FILL = "fill"
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


def _fill(run: MassAction, product: Product) -> Outcome:
    """Set the value; the product is checked again once this is stored, so that the run's end says what is fixed."""
    fill = Fill.of_option(run.options[FILL])
    try:
        refusal = fills.apply(product.pk, fill)
    except NotWritten as problem:
        raise Refused(str(problem)) from problem
    except Product.DoesNotExist:
        return Outcome(State.SKIPPED, "The product is gone.")
    return Outcome(State.SKIPPED, refusal) if refusal else Outcome(State.DONE)


def _fill_all(run: MassAction, products: Sequence[Product], prepared: Any) -> Effects:
    ids = [product.pk for product in products]
    transaction.on_commit(partial(validations.validate, ids), robust=True)
    return each(_fill)(run, products, prepared)


def _unfill(run: MassAction, product: Product) -> Outcome:
    return _edited(
        lambda pk: fills.take_back(pk, Fill.of_option(run.options[FILL])), product, "It was not set."
    )


TABLE = (
    Action(
        "fill",
        "Set a value for many",
        "catalog.change_product",
        (),
        _fill_all,
        "The value stands on the products themselves, on the tab jet.com; each is checked again.",
        sends=False,
        undo="unfill",
        needs_option=FILL,
        chunk=FILLED,
        heading="Which were left out, and why",
        done_word="set",
        verb="Set it for",
    ),
    Action(
        "unfill",
        "Take a value for many back",
        "catalog.change_product",
        (),
        each(_unfill),
        "The products hold again what they held before; what was changed since is left.",
        sends=False,
        needs_option=FILL,
        chunk=FILLED,
        verb="Take it back from",
    ),
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
