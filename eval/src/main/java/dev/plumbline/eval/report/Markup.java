package dev.plumbline.eval.report;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * Writes HTML and SVG that are well-formed XML too. Whatever is not the name of a tag or an
 * attribute is escaped: text is data.
 */
final class Markup {
  private final StringBuilder out = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /**
   * Opens an element.
   *
   * @param attributes name, value, name, value
   */
  Markup open(String tag, Object... attributes) {
    start(tag, attributes);
    out.append('>');
    open.push(tag);
    return this;
  }

  /** Closes the element that was opened last. */
  Markup close() {
    String tag = open.pop();
    // A line break after an element inside a line would show as a blank.
    out.append("</").append(tag).append(tag.equals("span") ? ">" : ">\n");
    return this;
  }

  /** An element without content. */
  Markup empty(String tag, Object... attributes) {
    start(tag, attributes);
    out.append("/>\n");
    return this;
  }

  /** An element that holds text. */
  Markup leaf(String tag, String text, Object... attributes) {
    return open(tag, attributes).text(text).close();
  }

  /** Escaped text. */
  Markup text(String text) {
    escape(text);
    return this;
  }

  /** What another wrote. */
  Markup add(Markup other) {
    out.append(other);
    return this;
  }

  /** Text of our own that must not be escaped: a style sheet. */
  Markup raw(String text) {
    out.append(text);
    return this;
  }

  @Override
  public String toString() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("not closed: " + open);
    }
    return out.toString();
  }

  private void start(String tag, Object... attributes) {
    out.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      escape(attributes[i + 1] instanceof Double d ? number(d) : attributes[i + 1].toString());
      out.append('"');
    }
  }

  /** A coordinate: two digits are a hundredth of a pixel. */
  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private void escape(String text) {
    text.codePoints()
        .forEach(
            point -> {
              switch (point) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                default -> out.appendCodePoint(allowed(point) ? point : 0xFFFD);
              }
            });
  }

  /** Characters that XML 1.0 takes; a model may write others. */
  private static boolean allowed(int point) {
    return point == '\t'
        || point == '\n'
        || (point >= 0x20 && point < 0xD800)
        || (point >= 0xE000 && point < 0xFFFE)
        || point > 0xFFFF;
  }
}
