import { doctorText } from './doctor-text';

const deployment = { connection: null, project: null };
const contoso = { connection: 'contoso', project: null };
const shop = { connection: 'contoso', project: 'Shop' };
const well = [
  { check: 'queue', state: 'ok', message: 'Nothing waits in the queue.', where: deployment },
  { check: 'settings', state: 'ok', message: 'All settings documents are right.', where: contoso },
] as const;

test('what is well is not told, but how much of it there is', () => {
  expect(doctorText({ state: 'ok', lines: [...well] }, { isVerbose: false })).toBe(
    'All is well: 2 things were looked at, and --verbose shows them.\n',
  );
});

test('lines stand by connection and project, with what helps below, and nothing colours the terminal', () => {
  const text = doctorText(
    {
      state: 'broken',
      lines: [
        ...well,
        { check: 'policy', state: 'broken', message: 'It is \u001b[2Joptional.', help: 'Do this.', where: shop },
        { check: 'pat-expiry', state: 'warning', message: 'It ends.', where: contoso },
        { check: 'hooks', state: 'warning', message: 'It could not be learnt.', where: contoso, isUnknown: true },
      ],
    },
    { isVerbose: true },
  );
  expect(text).toBe(
    [
      'Portcullis',
      '✓ queue       Nothing waits in the queue.',
      '',
      'Connection contoso',
      '✓ settings    All settings documents are right.',
      '! pat-expiry  It ends.',
      '? hooks       It could not be learnt.',
      '',
      'Connection contoso, project Shop',
      '✗ policy      It is ⟨U+001B⟩[2Joptional.',
      '              Do this.',
      '',
      '1 broken, 1 not looked at, 1 warning.',
      '',
    ].join('\n'),
  );
});
