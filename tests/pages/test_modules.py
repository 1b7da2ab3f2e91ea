"""Scripts that a page needs are named in its head: no level of imports waits for another."""

import re

from django.contrib.auth.models import User

from recognizer.templatetags.modules import find_imports
from tests.conftest import signed_in

IMPORTS_OF_IMPORTS = {"geometry.js", "live.js", "settling.js"}  # studio.js does not name them all


def test_imports_are_followed_to_their_end() -> None:
    found = find_imports("js/studio.js")
    assert found == sorted(set(found))
    assert {"ink.js", "pad.js", "toast.js"} | IMPORTS_OF_IMPORTS <= set(found)
    assert not {"studio.js", "jobs.js", "home.js"} & set(found)


def test_the_studio_names_every_module_once_and_its_own_script_last(owner: User) -> None:
    page = signed_in(owner).get("/").content.decode()
    preloaded = re.findall(r'<link rel="modulepreload" href="/static/js/([\w-]+\.js)">', page)
    assert preloaded == find_imports("js/studio.js")
    assert page.count("js/studio.js") == 1
    assert page.index("js/studio.js") > page.rindex("modulepreload")
