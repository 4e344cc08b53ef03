from django.core.management.base import BaseCommand

from cms.actions.first_pages import make_first_pages, make_lists
from cms.workflow import set_up_editing
from members import roles
from portal.demo.pages import host_and_port


class Command(BaseCommand):
    help = "Make the groups and the first pages of a new site. Safe to repeat, and to be run after every migrate."

    def handle(self, *args, **options):
        roles.set_up_groups()
        page = make_first_pages(**host_and_port())
        make_lists()
        set_up_editing()
        self.stdout.write(f"The site is set up; its home page is “{page.title}”.")
