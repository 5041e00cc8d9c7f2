import { looksDedicated } from './dedicated-account';

test.each<[string, string, boolean]>([
  ['Portcullis', 'portcullis@contoso.com', true],
  ['Pull Request Bot', 'prb@contoso.com', true],
  ['Contoso', 'svc-gate@contoso.com', true],
  ['Contoso', String.raw`CONTOSO\buildService`, true],
  ['Azure DevOps', 'x1@contoso.com', true],
  ['Ada Lovelace', 'ada@contoso.com', false],
  ['Ada Lovelace', 'ada@bot.example', false],
  ['Ada Lovelace', String.raw`BOT\ada`, false],
  ['Abbot Talbot', 'abbot.talbot@contoso.com', false],
  ['Ada Serviceton', 'gates2be@contoso.com', false],
  ['', '', false],
])('%j (%j)', (displayName, uniqueName, expected) => {
  expect(looksDedicated({ displayName, uniqueName })).toBe(expected);
});
