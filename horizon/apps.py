from django.apps import AppConfig


class HorizonConfig(AppConfig):
    name = "horizon"
    verbose_name = "Horizon"
