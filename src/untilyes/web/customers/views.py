"""Find a customer, see them, let two who are one become one, and forget who asks for it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from untilyes.customers.access import get_customer, get_merge
from untilyes.customers.actions import CannotMerge, forget_customer, merge_customers, unmerge_customers
from untilyes.customers.queries import count_customers, search_customers
from untilyes.plumbing.clock import now
from untilyes.web.components.empty_state import EmptyState
from untilyes.web.customers.page import build_page
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.workspaces.access import require

FEW = 8
NOBODY = EmptyState(
    "No customers yet",
    "They arrive with the first import, or with the first interaction another system tells us of.",
    "untilyes import generic_csv customers.csv --dry-run",
)


@require_GET
@members_only
def search(request: MemberRequest) -> HttpResponse:
    """Customers whose name, organisation or identity contains the words."""
    require(request.member, "see_customers")
    words = request.GET.get("q", "").strip()
    context = {"words": words, "found": search_customers(words), "total": count_customers(), "nobody": NOBODY}
    template = "web/customers/found.html" if request.htmx else "web/customers/search.html"
    return show(request, template, context, at="customers:search")


@require_GET
@members_only
def suggest(request: MemberRequest) -> HttpResponse:
    """The first few, for the box at the top of every page."""
    require(request.member, "see_customers")
    words = request.GET.get("q", "").strip()
    found = search_customers(words, limit=FEW) if words else []
    return show(request, "web/customers/suggested.html", {"words": words, "found": found})


@require_GET
@members_only
def customer(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """One customer; whoever was merged is shown as who they became."""
    found = get_customer(customer_id, seen_by=request.member)
    if found.pk != customer_id:
        return redirect("customers:customer", request.member.workspace.slug, found.pk)
    context = {
        "page": build_page(found, at=now()),
        "may_merge": request.member.may("merge_customers"),
        "may_erase": request.member.may("erase_customers"),
    }
    if context["may_merge"] and (words := request.GET.get("same_as", "").strip()):
        context |= {"words": words, "others": [one for one in search_customers(words, limit=FEW) if one != found]}
    return show(request, "web/customers/customer.html", context, at="customers:search")


@require_POST
@members_only
def merge(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """Two customers are one person: the other becomes this one."""
    kept = get_customer(customer_id, seen_by=request.member)
    require(request.member, "merge_customers")
    absorbed = get_customer(request.POST.get("absorbed", ""), seen_by=request.member)
    try:
        merge_customers(kept, absorbed, evidence=request.POST.get("evidence", ""), at=now(), by=request.member)
    except CannotMerge as problem:
        messages.error(request, f"{problem} Nothing was changed.")
    else:
        messages.success(request, f"{absorbed} and {kept} are one customer now. It can be undone below.")
    return redirect("customers:customer", request.member.workspace.slug, kept.pk)


@require_POST
@members_only
def unmerge(request: MemberRequest, customer_id: UUID, merge_id: int) -> HttpResponse:
    """They were two after all."""
    kept = get_customer(customer_id, seen_by=request.member)
    require(request.member, "merge_customers")
    separated = unmerge_customers(get_merge(merge_id, kept=kept), at=now(), by=request.member)
    messages.success(request, f"{separated} stands alone again, with the identities they brought.")
    return redirect("customers:customer", request.member.workspace.slug, separated.pk)


@require_POST
@members_only
def erase(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """Forget a customer everywhere, for good: only for who may, and only once their name has been typed."""
    found = get_customer(customer_id, seen_by=request.member)
    require(request.member, "erase_customers")
    if request.POST.get("name", "").strip() != str(found):
        messages.error(request, f"Nothing was erased: type “{found}” as it stands above to confirm.")
        return redirect("customers:customer", request.member.workspace.slug, found.pk)
    name = str(found)
    forget_customer(found, at=now(), by=request.member)
    messages.success(request, f"{name} is erased here. What the lake holds of them follows within moments.")
    return redirect("customers:search", request.member.workspace.slug)
