"""The customers room, as Django sees it."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Names the room; what it listens to is registered in ready()."""

    name = "untilyes.customers"
    label = "customers"
