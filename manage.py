#!/usr/bin/env python
import os
import sys

from django.core.management import execute_from_command_line

from digitsite.home import prepare_home

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digitsite.settings")
    prepare_home()  # before settings read the secret
    execute_from_command_line(sys.argv)
