"""A speaker as the core team keeps them."""

from django import forms
from django.utils.text import slugify
from wagtail.admin.forms import WagtailAdminModelForm

from events.models.programme import Speaker
from members.models import Member, Organisation


class SpeakerForm(WagtailAdminModelForm):
    """A photo is only kept with the consent to show it; the address is made from the name when it is empty."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        fields: dict = self.fields
        fields["slug"].required = False
        fields["slug"].help_text = "The end of their address: /events/speakers/…/. Made from the name when empty."
        fields["bio"].widget = forms.Textarea(attrs={"rows": 5})
        fields["organisation"].queryset = Organisation.objects.order_by("name")
        fields["member"].queryset = Member.objects.taking_part().order_by("display_name")
        fields["name"].error_messages["required"] = "Write their name."

    def clean_slug(self):
        slug = self.cleaned_data.get("slug") or slugify(self.data.get("name", ""))[:70]
        others = Speaker.objects.exclude(pk=self.instance.pk)
        if self.cleaned_data.get("slug"):
            return slug
        slug = slug or "speaker"
        number, free = 1, slug
        while others.filter(slug=free).exists():
            number += 1
            free = f"{slug}-{number}"
        return free

    def clean(self):
        data = super().clean()
        if data.get("photo") and not data.get("photo_consent"):
            self.add_error("photo_consent", "Tick this once they agreed, or take the photo out.")
        return data
