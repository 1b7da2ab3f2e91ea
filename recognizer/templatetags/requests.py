"""The request that is being answered, also where a template has no context."""

from django import template

from recognizer.accounts.current_request import acting_request

register = template.Library()
register.simple_tag(acting_request, name="request_id")
