from django.shortcuts import render

from core.caching import depends_on
from members.access import public
from members.directory import look_up
from members.models import Organisation


@public
def organisation_list(request):
    """The directory: organisations by sector, type, area and name, each choice with its count."""
    depends_on(request, "members")
    organisations = Organisation.objects.listed().for_directory()
    directory = look_up(request.GET, organisations)
    return render(request, "members/organisation_list.html", {"directory": directory})
