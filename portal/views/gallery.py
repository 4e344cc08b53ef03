from django.shortcuts import render

from members.access import public


@public
def gallery(request):
    """Every component on one page, for those who build."""
    return render(request, "design/gallery.html")
