"""From cells to slides: what begins one, what is beside a figure, what only the lecturer sees."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from tests.lecture.conftest import LECTURES, ROOT

from chainrule_staff.build.authoring import AuthoringError, read_authoring
from chainrule_staff.build.output import notebook_bytes
from chainrule_staff.build.source import make_source
from chainrule_staff.lecture.deck import write_deck
from chainrule_staff.lecture.markup import write_markdown
from chainrule_staff.lecture.slides import LectureError, split_slides


def text(source, slide=""):
    cell = new_markdown_cell(source)
    if slide:
        cell.metadata.slideshow = {"slide_type": slide}
    return cell


def figure(html="<p>figure</p>", **data):
    return new_code_cell("draw()", outputs=[new_output("display_data", {"text/html": html} | data)])


def deck(*cells):
    return split_slides(new_notebook(cells=list(cells)))


class TestHeader:
    LECTURE = '# %% [markdown] slide="slide"\n# # Title\n\n# %%\n1 + 1\n'

    def write(self, tmp_path, words):
        path = tmp_path / "talk.py"
        path.write_text(words)
        return path

    def test_becomes_jupyters_metadata(self, tmp_path):
        cells = read_authoring(self.write(tmp_path, self.LECTURE), lecture=True)
        notebook = make_source("talk", cells)
        assert notebook.cells[0].metadata.slideshow == {"slide_type": "slide"}
        assert "slideshow" not in notebook.cells[1].metadata, "the key is left out, never '-'"
        assert notebook_bytes(notebook) == notebook_bytes(make_source("talk", cells))

    def test_is_for_lectures_only(self, tmp_path):
        with pytest.raises(AuthoringError, match=r"talk\.py:1: unknown key \['slide'\]"):
            read_authoring(self.write(tmp_path, self.LECTURE))

    def test_with_another_word_is_refused(self, tmp_path):
        path = self.write(tmp_path, self.LECTURE.replace('"slide"', '"-"'))
        with pytest.raises(AuthoringError, match="unknown slide '-'; there are slide, subslide"):
            read_authoring(path, lecture=True)


class TestSlides:
    def test_cells_go_where_they_belong(self):
        (slide,) = deck(text("# Head", "slide"), figure(), text("beside"), text("for me", "notes"))
        assert (slide.head, slide.side, slide.notes) == (["# Head"], ["beside"], ["for me"])
        assert slide.figures == ["<p>figure</p>"]

    def test_skipped_cells_and_code_are_not_shown(self):
        cells = [new_code_cell("import secret"), text("# Head", "slide"), figure()]
        cells[0].metadata.slideshow = {"slide_type": "skip"}
        page = write_deck(deck(*cells))
        assert "secret" not in page
        assert "draw()" not in page

    def test_plain_text_is_escaped(self):
        cell = new_code_cell("1", outputs=[new_output("stream", text="a < b")])
        (slide,) = deck(text("# Head", "slide"), cell)
        assert slide.figures == ["<pre>a &lt; b</pre>"]

    def test_the_first_cell_must_begin_one(self):
        with pytest.raises(LectureError, match="cell 1 begins no slide"):
            deck(text("# Head"))

    @pytest.mark.parametrize(
        ("head", "asks"), [("## Why?", True), ("## So.", False), ("## $x$, or $y$?\nno", True)]
    )
    def test_a_question_is_known_by_its_mark(self, head, asks):
        assert deck(text(head, "slide"))[0].is_question is asks


class TestMathematics:
    @pytest.mark.parametrize(
        "source", ["## The $x$", "$x$", "a $x^2$ b", "$$x$$", "- $x$", "| $x$ |\n|---|\n| 1 |"]
    )
    def test_becomes_mathml_everywhere(self, source):
        html = write_markdown(source)
        assert "<math" in html
        assert "$" not in html

    def test_survives_inside_an_answer(self):
        html = write_markdown("<details><summary>Why</summary>\n\n$x < 1$ **so**\n\n</details>")
        assert html.count("<details>") == html.count("</details>") == html.count("<math") == 1
        assert "<strong>so</strong>" in html

    def test_named_functions_stand_off(self):
        assert '<mspace width="0.17em"/><mi>ln</mi>' in write_markdown(r"$p \ln p$")

    def test_a_line_does_not_break_before_a_full_stop(self):
        html = write_markdown("First $a$ and then $b$.")
        assert html.count('<span class="stopped">') == 1
        assert "</math>.</span>" in html
        assert html.index("and then") < html.index("stopped")


def test_no_formula_is_left_as_latex():
    for name in LECTURES:
        cells = read_authoring(ROOT / "authoring/lectures" / f"{name}.py", lecture=True)
        for cell in cells:
            if cell.kind == "markdown":
                html = write_markdown(cell.text)
                assert "\\" not in html.replace("\\n", ""), (cell.place, html)
                assert "merror" not in html
