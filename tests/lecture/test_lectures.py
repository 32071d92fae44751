"""Every lecture: as many slides as an hour bears, a question before every figure, no error."""

import re
from itertools import pairwise

from tests.lecture.conftest import LECTURES, ROOT, ran

from chainrule_staff.build.authoring import read_authoring
from chainrule_staff.build.gates import gate_prose
from chainrule_staff.build.products import lectures, stale
from chainrule_staff.lecture.slides import split_slides


def test_there_is_one_for_each_topic():
    assert sorted(path.stem for path in (ROOT / "authoring/lectures").glob("*.py")) == LECTURES


def test_the_notebooks_are_what_their_authoring_files_make():
    assert stale(ROOT, lectures(ROOT), whole=False) == []


def test_its_prose_passes_the_gates(topic):
    cells = read_authoring(ROOT / "authoring/lectures" / f"{topic}.py", lecture=True)
    assert gate_prose(cells) == []
    assert not any(cell.task for cell in cells), "nothing is graded in a lecture"


def test_it_runs_and_has_eight_to_fifteen_slides(topic):
    assert 8 <= len(split_slides(ran(topic))) <= 15


def test_every_figure_has_its_words(topic):
    outputs = [out for cell in ran(topic).cells for out in cell.get("outputs", [])]
    assert outputs
    for output in outputs:
        assert output.output_type == "execute_result", output
        assert len(re.search(r'<img alt="([^"]*)"', output.data["text/html"])[1]) > 40
        assert len(output.metadata["image/png"]["alt"]) > 40
    assert "widgets" not in ran(topic).metadata


def test_a_question_stands_before_every_figure_and_an_answer_beside_it(topic):
    slides = split_slides(ran(topic))
    for before, slide in pairwise(slides):
        if slide.figures:
            assert before.is_question, slide.head
            assert any("<details>" in text for text in slide.side), slide.head


def test_every_question_is_answered_somewhere(topic):
    slides = split_slides(ran(topic))
    for slide, after in pairwise(slides):
        if slide.is_question and "1. " in slide.head[0]:
            told = "\n".join([*slide.head, *after.head, *after.side])
            assert "<details>" in told, slide.head


def test_no_answer_is_told_before_it_is_opened(topic):
    for slide in split_slides(ran(topic)):
        for told in re.findall(r"<summary>(.*?)</summary>", "\n".join(slide.head + slide.side)):
            assert not re.search(r"Answer: |\b[A-D]\b", told), told


def test_one_figure_and_one_heading_a_slide(topic):
    for slide in split_slides(ran(topic)):
        assert len(slide.figures) <= 1
        assert len(re.findall(r"^#+ ", "\n".join(slide.head), re.MULTILINE)) == 1
        assert not re.search(r"^#+ ", "\n".join(slide.side), re.MULTILINE)
