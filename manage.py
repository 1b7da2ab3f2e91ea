#!/usr/bin/env python
import os
import sys

from django.core.management import execute_from_command_line

from digitsite.home import prepare_home

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digitsite.settings")
    try:
        prepare_home()  # before settings read the secret
    except OSError as error:
        sys.exit(f"DIGITS_HOME cannot be used: {error}")
    execute_from_command_line(sys.argv)
