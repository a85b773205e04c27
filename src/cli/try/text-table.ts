// SPDX-License-Identifier: Apache-2.0

/** A column: its heading, and whether its cells may be broken into lines when the table is too wide. */
export interface TableColumn {
  readonly title: string;
  readonly breakable?: boolean;
  readonly align?: "right";
}

/** A cell is one text, or several that stand below each other. */
export type TableCell = string | readonly string[];

const gap = "  ";
const narrowest = 8;

/** Lines of a table at most `width` characters wide, headings first; cells of breakable columns are broken where it must be. */
export function formatTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly TableCell[])[],
  width: number,
): readonly string[] {
  const cells = rows.map((row) => columns.map((_, index) => linesOf(row[index] ?? "")));
  const widths = fitWidths(columns, cells, width);
  const heading = formatRow(
    columns.map(({ title }) => [title]),
    columns,
    widths,
  );
  const body = cells.flatMap((row) => formatRow(row, columns, widths));
  return [...heading, ...body];
}

function linesOf(cell: TableCell): readonly string[] {
  const lines = typeof cell === "string" ? [cell] : cell;
  return lines.length === 0 ? ["-"] : lines.map((line) => (line === "" ? "-" : line));
}

/** Natural widths; the widest breakable column gives way, a character at a time, until the table fits. */
function fitWidths(
  columns: readonly TableColumn[],
  rows: readonly (readonly (readonly string[])[])[],
  width: number,
): readonly number[] {
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...rows.flatMap((row) => row[index]?.map((line) => line.length) ?? [])),
  );
  const total = () => widths.reduce((sum, each) => sum + each, gap.length * (columns.length - 1));
  while (total() > width) {
    const candidates = columns.flatMap(({ breakable }, index) => (breakable ? [index] : []));
    const widest = candidates.toSorted((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))[0];
    const current = widest === undefined ? 0 : (widths[widest] ?? 0);
    if (widest === undefined || current <= narrowest) break;
    widths[widest] = current - 1;
  }
  return widths;
}

function formatRow(
  cells: readonly (readonly string[])[],
  columns: readonly TableColumn[],
  widths: readonly number[],
): readonly string[] {
  const broken = cells.map((lines, index) =>
    lines.flatMap((line) => breakLine(line, widths[index] ?? 0, { behind: "/-" })),
  );
  const height = Math.max(...broken.map((lines) => lines.length));
  return Array.from({ length: height }, (_, lineNumber) =>
    broken
      .map((lines, index) => {
        const text = lines[lineNumber] ?? "";
        const width = widths[index] ?? 0;
        return columns[index]?.align === "right" ? text.padStart(width) : text.padEnd(width);
      })
      .join(gap)
      .trimEnd(),
  );
}

/** `text` as lines of at most `width` characters, broken at blanks, behind characters of `behind`, or where it must be; `indent`
 *  starts all lines but the first. */
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
