"""Choosing who looks after something, in the forms of the admin."""

from django import forms

from members.models import Member


def offer_owners(form: forms.ModelForm) -> None:
    """Offer in the field `keeper` those who take part and write here, and whoever it is now; each with where they work.

    Does nothing to a form without the field.
    """
    field = form.fields.get("keeper")
    if not isinstance(field, forms.ModelChoiceField):
        return
    field.widget = forms.Select()
    field.label_from_instance = _with_workplace  # type: ignore[method-assign, assignment]
    may = Member.objects.taking_part().writers() | Member.objects.filter(pk=form.instance.keeper_id)
    field.queryset = may.with_organisation().order_by("display_name", "pk")


def _with_workplace(member) -> str:
    return f"{member}, {member.organisation}" if member.organisation else str(member)
