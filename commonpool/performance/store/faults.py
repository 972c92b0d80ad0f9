"""What can be wrong with published figures, and what to do about it."""

from __future__ import annotations

from typing import Final

from commonpool.findings import Rule, Severity

AS_PUBLISHED = "Compare it with the file as published."

_ALL: Final = (
    Rule(
        "LOAD-01",
        Severity.ERROR,
        "The file is in a layout that is described",
        "‘{file}’ is in none of the layouts of {source}. Found: {found}. Expected: {expected}.",
        "Give a file of this source as published. If its publisher has changed the layout, describe the new one in "
        "performance/layouts/{source}.yaml.",
    ),
    Rule(
        "LOAD-02",
        Severity.ERROR,
        "Each column of figures is known",
        "‘{found}’ is not a column that the table {table} has.",
        "It has {known}. If the publisher has added a column, describe it in performance/layouts/{source}.yaml.",
    ),
    Rule(
        "LOAD-03",
        Severity.ERROR,
        "Every column of figures is there",
        "The table {table} lacks the columns {missing}.",
        f"{AS_PUBLISHED} A column may have been deleted or renamed.",
    ),
    Rule(
        "LOAD-04",
        Severity.ERROR,
        "Each column of figures has a heading",
        "This column holds figures below no heading.",
        f"{AS_PUBLISHED} Merged headings carry to the right only within one table.",
    ),
    Rule(
        "LOAD-05",
        Severity.ERROR,
        "The period is stated",
        "{found} is no {kind} that can be read.",
        "{cure}",
    ),
    Rule(
        "LOAD-06",
        Severity.WARNING,
        "Each figure is a number or a known mark",
        "{found} {others} neither a number nor a mark that is known here. What it counts is kept as unknown.",
        "{cure}",
    ),
    Rule(
        "LOAD-07",
        Severity.WARNING,
        "No figure is below what it counts",
        "{found} {others} below the least that it can be. What it counts is kept as unknown.",
        "{cure}",
    ),
    Rule(
        "LOAD-08",
        Severity.ERROR,
        "Each row of figures belongs to an area",
        "This row holds figures and names no area{others}.",
        f"{AS_PUBLISHED} The area's name or code may have been deleted.",
    ),
    Rule(
        "LOAD-09",
        Severity.ERROR,
        "Each area is of a known kind",
        "‘{found}’ ({code}) fits none of the kinds of area of the table {table}.",
        "If the publisher has added a kind of area, describe it in performance/layouts/{source}.yaml.",
    ),
    Rule(
        "LOAD-10",
        Severity.ERROR,
        "Each figure stands once in a file",
        "{area}, {period}, stands twice in the table {table} with different figures: {first} in row {row}, {second} in "
        "row {other}{more}.",
        "Delete the row that is wrong; if both are as published, ask the publisher which counts.",
    ),
    Rule(
        "LOAD-11",
        Severity.WARNING,
        "A period is given once in a load",
        "{period} of the table {table} is in ‘{older}’ and in ‘{newer}’, with {count} different figures. The latter "
        "says that it was released later and counts; the former is kept as the earlier revision.",
        "Nothing, if the later file is a revision of the earlier.",
    ),
    Rule(
        "LOAD-12",
        Severity.ERROR,
        "It is known which of two files is the newer",
        "{period} of the table {table} is in ‘{older}’ and in ‘{newer}’, with {count} different figures, and the files "
        "do not say which was released later.",
        "Load the older one alone and then the newer one.",
    ),
    Rule(
        "LOAD-13",
        Severity.WARNING,
        "A file is newer than what is held",
        "‘{file}’ says that it was released on {released}; for {periods} a release of {held} is held. The held one "
        "still counts, and this one is kept as an earlier revision.",
        "Nothing, if you meant to fill in the history.",
    ),
    Rule(
        "LOAD-14",
        Severity.WARNING,
        "No period is missing",
        "The table {table} lacks {missing} between {first} and {last}.",
        "Fetch the files of these periods, or note why there are none.",
    ),
    Rule(
        "LOAD-15",
        Severity.WARNING,
        "Each area is there in every period of its life",
        "{area} has no row in the table {table} for {missing}, though it has before and after.",
        f"{AS_PUBLISHED} Its figures for these periods are unknown.",
    ),
    Rule(
        "LOAD-16",
        Severity.NOTE,
        "Names of areas",
        "{code} is called {names}.",
        "Nothing: its code says that it is one area. If its borders changed as well, its series has a break.",
    ),
    Rule(
        "LOAD-17",
        Severity.NOTE,
        "Areas begin and end",
        "In the table {table}, from {period} on: new {began}; no longer there {ended}.",
        "Do not draw one line across a merger: restate the earlier areas first (commonpool places recut).",
    ),
    Rule(
        "LOAD-18",
        Severity.WARNING,
        "Each body is in the register",
        "The register of places lacks {count} of {all} codes of the kind {kind}: {codes}.",
        "Load the list of organisations that has them (commonpool places load). Their figures are kept as published.",
    ),
    Rule(
        "LOAD-19",
        Severity.WARNING,
        "Areas add up to the printed total",
        "In the table {table}, {measure}: {count} of {all} printed totals for {to} differ from the sum of {of}, "
        "most by {most} ({where}).{explains}",
        "Nothing is changed: both are kept. Use the printed total for {to}.",
    ),
    Rule(
        "LOAD-20",
        Severity.ERROR,
        "Each label of a row is known",
        "‘{found}’ is not a label that the column {column} of the table {table} has.",
        "It has {known}. If the publisher has added one, describe it in performance/layouts/{source}.yaml.",
    ),
    Rule(
        "LOAD-21",
        Severity.WARNING,
        "A published national figure adds up",
        "{title}, {period}: the parts as published add up to {parts}, and the total printed beside them is {printed}.",
        "Both are recorded as printed; source: {source}. The loaded files give {held}.",
    ),
    Rule(
        "LOAD-22",
        Severity.NOTE,
        "A file is given once",
        "‘{file}’ is the same file as ‘{first}’, byte for byte; it was read once.",
        "Nothing.",
    ),
    Rule(
        "LOAD-23",
        Severity.ERROR,
        "The file is of a kind that is read",
        "‘{file}’ is {what}.",
        "Give the workbook (.xls or .xlsx), .csv, .csv.gz or .parquet file as published, or a .zip of such files.",
    ),
    Rule(
        "LOAD-24",
        Severity.NOTE,
        "Figures beside their sum",
        "In the table {table}, {measure}: {count} of {all} printed totals differ from the sum of their breakdown by "
        "{category}, most by {most} ({where}).",
        "Nothing is changed: both are kept.",
    ),
    Rule(
        "LOAD-25",
        Severity.ERROR,
        "An area's own figures say what they are",
        "{problem}",
        "Fill it in for every row: measure and provenance in words, ‘not for publication’ with yes or no.",
    ),
    Rule(
        "LOAD-29",
        Severity.NOTE,
        "Rows without an area and without a figure",
        "{count} rows of the table {table}, this one first, name no area and hold no figure; they were left out.",
        "Nothing, if the file is as published.",
    ),
    Rule(
        "LOAD-28",
        Severity.ERROR,
        "The file holds figures",
        "‘{file}’ has the headings of {layout} and no row of figures below them.",
        "Download it again; it may be an empty template.",
    ),
    Rule(
        "LOAD-27",
        Severity.NOTE,
        "The register of places was not asked",
        "The codes of {kind}s were not compared with the register of places: {why}.",
        "Load the lists of organisations (commonpool places load). The next load of this source compares all it holds.",
    ),
    Rule(
        "LOAD-30",
        Severity.WARNING,
        "A metric is of a time in which it was defined",
        "‘{file}’ calls figures {code} ({label}) in {periods}. That metric was defined {defined}. They are kept, and "
        "no chart of it has them.",
        "{cure}",
    ),
    Rule(
        "LOAD-31",
        Severity.NOTE,
        "An area keeps its borders",
        "{area} ({code}) is another area from {day} on. {why}",
        "Nothing: its chart begins a new phase there. Do not compare its level before and after.",
    ),
    Rule(
        "LOAD-32",
        Severity.NOTE,
        "Each row stands once in a file",
        "{area}, {period}, stands again in row {row} of the table {table}, with the same figure{more}. One counts.",
        "Nothing; or delete the row that is there twice.",
    ),
    Rule(
        "LOAD-33",
        Severity.ERROR,
        "Every row is of the area whose figures are loaded",
        "In ‘{file}’, {rows}: {found} is not the code of this area.",
        "Write {area} in the column ‘area’ of the rows that are this area’s. Load the others on the page of their own.",
    ),
    Rule(
        "LOAD-34",
        Severity.ERROR,
        "It can be told what the file is",
        "‘{file}’ is in no layout that is described. Found: {found}. Expected: {expected}.",
        "Choose what the file is, and the answer says all that is expected of it. If its publisher has changed the "
        "layout, a description of the new one has to be written.",
    ),
    Rule(
        "LOAD-35",
        Severity.ERROR,
        "The files of one load are of one publication",
        "‘{file}’ is of the publication ‘{found}’, and ‘{first}’ of ‘{wanted}’.",
        "Load them one publication at a time.",
    ),
    Rule(
        "LOAD-36",
        Severity.ERROR,
        "An area's own figures are loaded by the area",
        "‘{file}’ is a table of an area’s own figures, not a publication.",
        "Whoever writes the plan of the area loads it: open its Performance page, then ‘Load figures of our own’.",
    ),
)

RULES: Final = {rule.id: rule for rule in _ALL}
