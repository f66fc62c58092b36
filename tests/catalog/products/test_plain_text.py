"""What stores write as HTML, as the plain text that Jet takes."""

import pytest

from catalog.products.plain_text import one_line, plain_text


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Bosch&trade; &amp; Co", "Bosch™ & Co"),
        ("5&quot; x 7&#39; &#x2122;", "5\" x 7' ™"),
        ("AT&T and R&D;", "AT&T and R&D;"),
        ("AT&amp;T; R&amp;roll;", "AT&T; R&roll;"),
        ("a &lt; b", "a < b"),
    ],
)
def test_entities_are_read_and_a_bare_ampersand_stays(written, plain):
    assert one_line(written) == plain


@pytest.mark.parametrize(
    "written", ["A b", " A b", "A b ", "A  b", "A\tb", "A\u00a0b", "A\u3000b", "A\r b", "A\x1cb", "A\u2028b"]
)
def test_words_stand_one_blank_apart_whatever_the_store_put_between_them(written):
    assert one_line(written) == plain_text(written) == "A b"


def test_lines_stay_apart_and_empty_ones_go():
    assert plain_text(" First  line\n\n \tSecond line ") == "First line\nSecond line"


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("a < b and b > a", "a < b and b > a"),
        ("One< BR / >Two", "One\nTwo"),
        ("<script>x<y</script >Text<!-- no -->", "Text"),
        ("<STYLE>p{}</Style>Text<script>still here", "Textstill here"),
        ("never <b ended", "never <b ended"),
        ("&#" + "9" * 5000 + ";", "\ufffd"),
    ],
)
def test_tags_go_blocks_break_lines_and_what_never_ends_stays(written, plain):
    assert plain_text(written) == plain


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("&lt;p&gt;Encoded twice&lt;/p&gt; &amp;amp; more", "Encoded twice\n& more"),
        ("&amp;lt;ul&amp;gt;&amp;lt;li&amp;gt;Thrice&amp;lt;/li&amp;gt;", "Thrice"),
        ("&lt;p style=&quot;color: red&quot;&gt;Red&lt;/p&gt;", "Red"),
        ("&#60;p&#62;By number&#60;/p&#62;", "By number"),
        ("&#x3C;p&#x3E;By number&#x3C;/p&#x3E;", "By number"),
        ("&lt;dl&gt;&lt;dt&gt;Size&lt;/dt&gt;&lt;/dl&gt;", "Size"),
        ("<![CDATA[<p>From XML</p>]]>", "From XML"),
        ("{{widget type=&quot;x&quot;}}Hi {{media url='a.jpg'}}", "Hi"),
        ("{{size}} fits", "{{size}} fits"),
        ("Tom &amp;amp; Jerry", "Tom & Jerry"),
        ("<p>5&amp;quot; &amp;amp;amp; 7&amp;#39;</p>", "5\" & 7'"),
        ("<p>&lt;p&gt;One&lt;/p&gt;</p><p>&lt;p&gt;Two&lt;/p&gt;</p>", "One\nTwo"),
        ("<div>&lt;ul&gt;</div><div>&lt;li&gt;One&lt;/li&gt;</div><div>&lt;/ul&gt;</div>", "One"),
        ("Soft<br>&lt;b class=&quot;x&quot;&gt;Warm &amp;amp; dry&lt;/b&gt;", "Soft\nWarm & dry"),
        ("<p>&amp;lt;p&amp;gt;Thrice&amp;lt;/p&amp;gt;</p>", "Thrice"),
        ("<p>Write &lt;br&gt; to break a line</p>", "Write <br> to break a line"),
        ("<p>&lt;b&gt; begins bold text, &lt;/b&gt; ends it</p>", "<b> begins bold text, </b> ends it"),
        ("5 &lt; 6 &amp; 7 &gt; 2", "5 < 6 & 7 > 2"),
        ("&lt;brand&gt; new", "<brand> new"),
    ],
)
def test_html_that_was_encoded_again_is_decoded_unless_the_text_speaks_of_tags(written, plain):
    assert plain_text(written) == plain
