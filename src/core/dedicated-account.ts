/** Words that people put into the names of accounts that are nobody's own. */
const TOOLS = new Set(
  (
    'portcullis gate gatekeeper bot robot svc srv service services serviceaccount automation automated ci cd cicd build ' +
    'builds pipeline pipelines devops ado azdo integration system noreply technical functional'
  ).split(' '),
);

/**
 * Whether an account's names say that it is nobody's own. Azure DevOps knows no such thing for accounts that have a PAT, so
 * this is a guess by their words: `svc-portcullis@contoso.com`, `Pull Request Bot`, `buildService`.
 */
export function looksDedicated({ displayName, uniqueName }: { displayName: string; uniqueName: string }): boolean {
  // The domain is everybody's: `ada@bot.example` is Ada.
  const account = uniqueName.replace(/^.*\\/, '').replace(/@.*$/, '');
  const words = [displayName, account].flatMap((name) => [name, name.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')]);
  return words.some((name) =>
    name
      .toLowerCase()
      .split(/[^\p{L}]+/u)
      .some((word) => TOOLS.has(word)),
  );
}
