package dev.plumbline.eval.report;

import java.util.List;

/** A table whose first column names the rows and whose other columns are figures or words. */
final class Table {
  private final Markup page;

  /** Opens a table with its heads. */
  Table(Markup page, String... heads) {
    this.page = page;
    page.open("div", "class", "scroll").open("table").open("thead").open("tr");
    for (int i = 0; i < heads.length; i++) {
      page.leaf("th", heads[i], "scope", "col", "class", i == 0 ? "name" : "number");
    }
    page.close().close().open("tbody");
  }

  /** Adds a row, with a class of the style sheet if it stands out. */
  void row(String style, String name, String... cells) {
    page.open("tr", "class", style).leaf("th", name.replace(" %", "\u00a0%"), "scope", "row");
    for (String cell : List.of(cells)) {
      boolean figure = cell.matches("[-+−\\d].*");
      page.leaf("td", cell, "class", figure ? "number figure" : "number");
    }
    page.close();
  }

  /** Closes the table. */
  void end() {
    page.close().close().close();
  }
}
