// SPDX-License-Identifier: Apache-2.0

/** A column: its heading, and whether its cells may be broken into lines when the table is too wide. */
export interface TableColumn {
  readonly title: string;
  readonly breakable?: boolean;
  readonly align?: "right";
}

/** A cell is one text, or several that stand below each other. */
export type TableCell = string | readonly string[];

export interface Table {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly TableCell[])[];
  /** In characters. */
  readonly width: number;
}

const gap = "  ";
const narrowest = 8;

/**
 * Lines of a table at most `width` characters wide, headings first; cells of breakable columns are broken
 * where it must be.
 */
export function formatTable({ columns, rows, width }: Table): readonly string[] {
  const heading = columns.map(({ title }) => [title]);
  const cells = [heading, ...rows.map((row) => columns.map((_, index) => linesOf(row[index] ?? "")))];
  const natural = columns.map((column, index) => ({ ...column, width: widestLine(cells, index) }));
  const fitting = narrow(natural, width);
  return cells.flatMap((row) => formatRow(row, fitting));
}

/** A row's cells, each as its lines. */
type Row = readonly (readonly string[])[];

interface MeasuredColumn extends TableColumn {
  readonly width: number;
}

function linesOf(cell: TableCell): readonly string[] {
  const lines = typeof cell === "string" ? [cell] : cell;
  return lines.length === 0 ? ["-"] : lines.map((line) => (line === "" ? "-" : line));
}

function widestLine(rows: readonly Row[], index: number): number {
  return Math.max(...rows.flatMap((row) => row[index]?.map((line) => line.length) ?? []));
}

/**
 * The widest breakable column gives way, a character at a time, until the table fits or nothing can give way
 * any more.
 */
function narrow(columns: readonly MeasuredColumn[], limit: number): readonly MeasuredColumn[] {
  const total = columns.reduce((sum, { width }) => sum + width, gap.length * (columns.length - 1));
  const candidates = columns.filter(({ breakable, width }) => breakable === true && width > narrowest);
  const widest = candidates.toSorted((one, other) => other.width - one.width)[0];
  if (total <= limit || widest === undefined) return columns;
  const narrower = columns.map((column) =>
    column === widest ? { ...column, width: column.width - 1 } : column,
  );
  return narrow(narrower, limit);
}

function formatRow(row: Row, columns: readonly MeasuredColumn[]): readonly string[] {
  const broken = columns.map(({ width }, index) =>
    (row[index] ?? []).flatMap((line) => breakLine(line, width, { behind: "/-" })),
  );
  const height = Math.max(...broken.map((lines) => lines.length));
  return Array.from({ length: height }, (_, lineNumber) =>
    columns
      .map(({ width, align }, index) => {
        const text = broken[index]?.[lineNumber] ?? "";
        return align === "right" ? text.padStart(width) : text.padEnd(width);
      })
      .join(gap)
      .trimEnd(),
  );
}

/**
 * `text` as lines of at most `width` characters, broken at blanks, behind characters of `behind`, or where it
 * must be; `indent` starts all lines but the first.
 */
export function breakLine(
  text: string,
  width: number,
  { indent = "", behind = "" }: { readonly indent?: string; readonly behind?: string } = {},
): readonly string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width && width > indent.length) {
    const blank = rest.lastIndexOf(" ", width);
    const others = [...behind].map((character) => rest.lastIndexOf(character, width - 1) + 1);
    const best = Math.max(blank, ...others);
    const end = best > rest.length - rest.trimStart().length ? best : width;
    lines.push(rest.slice(0, end));
    rest = indent + rest.slice(end).trimStart();
  }
  return [...lines, rest];
}
