app_name = "recognizer"
urlpatterns: list = []
