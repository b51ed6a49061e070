from importlib import resources

from jinja2 import DictLoader

from habit_coach.notifications import letters


def loaded(source: str) -> str:
    """What becomes of a template of one tag."""
    environment = letters.templates().overlay(loader=DictLoader({"one.html": source}))
    return environment.get_template("one.html").render(day="kept", said="<td>")


def test_every_rule_of_the_sheet_is_understood():
    text = resources.files("habit_coach.notifications").joinpath("templates/layout.html").read_text("utf-8")
    first, *_ = text.partition("</style>")
    assert len(letters.sheet()) == first.count("{ ") - first.count("{# ")
    for selectors, _ in letters.sheet():
        assert all(one.removeprefix(".").isalpha() for one in selectors)


def test_an_element_gets_the_style_of_its_tag_and_classes_and_keeps_its_own():
    assert loaded("<td>") == '<td style="padding: 0">'
    assert loaded("<b>") == "<b>"
    quiet = loaded('<td class="text quiet" align="center" style="padding: 8px">')
    assert quiet.startswith('<td class="text quiet" align="center" style="font-family: ')
    assert quiet.endswith('color: #6f6558; font-size: 14px; line-height: 20px; padding: 8px">')
    assert quiet.count("color:") == quiet.count("padding:") == 1


def test_a_class_that_only_the_letter_knows_stays_as_the_template_has_it():
    assert loaded('<td class="dot {{ day }}" style="margin: 0">') == '<td class="dot kept" style="margin: 0">'


def test_what_the_letter_says_is_left_alone():
    assert loaded("{{ said }}") == "&lt;td&gt;"
