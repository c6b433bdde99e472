"""What goes in, as pictures."""


def test_the_network_s_images_are_shown_with_words_for_those_who_see_none(open_drawing):
    app = open_drawing({4: 1.0}, {2: 1.0})
    said = [image.alt for element in app.get("image") for image in element.proto.imgs]
    assert said == ["What was given, with 2 boxes"]
