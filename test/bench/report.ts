/** One line of the report. */
export interface Figure {
  what: string;
  /** As people read it, unit included. */
  measured: string;
  /** The bare number, for `--json`. */
  value: number;
  /** Null: for comparison only. */
  target: string | null;
  /** Null: nothing to meet. */
  met: boolean | null;
}

/** What one benchmark found. */
export interface Section {
  title: string;
  /** How it was measured, in a sentence or two. */
  how: string;
  figures: Figure[];
}

/** A figure without a target, shown beside those that have one. */
export function shown(what: string, value: number, unit = '', digits = 0): Figure {
  return { what, measured: text(value, unit, digits), value, target: null, met: null };
}

export function atLeast(what: string, value: number, target: number, unit = '', digits = 2): Figure {
  return {
    what,
    measured: text(value, unit, digits),
    value,
    target: `≥ ${text(target, unit, digits)}`,
    met: value >= target,
  };
}

export function atMost(what: string, value: number, target: number, unit = '', digits = 0): Figure {
  return {
    what,
    measured: text(value, unit, digits),
    value,
    target: `≤ ${text(target, unit, digits)}`,
    met: value <= target,
  };
}

export function exactly(what: string, value: number, target: number, unit = ''): Figure {
  return { what, measured: text(value, unit, 0), value, target: text(target, unit, 0), met: value === target };
}

/** The report as a table of text. */
export function formatSections(sections: readonly Section[]): string {
  const rows = sections.flatMap(({ figures }) => figures.map(cells));
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return sections
    .map(({ title, how, figures }) =>
      [
        title,
        `  ${how}`,
        ...figures.map((figure) => {
          const [what = '', measured = '', target = '', met = ''] = cells(figure);
          const padded = [
            what.padEnd(widths[0] ?? 0),
            measured.padStart(widths[1] ?? 0),
            target.padEnd(widths[2] ?? 0),
          ];
          return `    ${padded.join('   ')}   ${met}`.trimEnd();
        }),
      ].join('\n'),
    )
    .join('\n\n');
}

function cells({ what, measured, target, met }: Figure): string[] {
  return [what, measured, target ?? '', met === null ? '' : met ? 'met' : 'MISSED'];
}

function text(value: number, unit: string, digits: number): string {
  const number = value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return unit === '' ? number : `${number} ${unit}`;
}
