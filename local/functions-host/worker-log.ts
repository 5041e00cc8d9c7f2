/** Which of a worker's log entries pass, by host.json's `logging.logLevel`. */

const LEVELS = ['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none'];

const rankOf = (level: string): number => {
  const rank = LEVELS.indexOf(level.toLowerCase());
  return rank === -1 ? LEVELS.indexOf('information') : rank;
};

/**
 * Makes a filter for levels by category: the function's own (`Function.<name>.User`, `Function.<name>`), then
 * `Function`, then `default`, then Information.
 */
export function createLogFilter(
  logLevels: Record<string, string>,
): (level: string, functionName: string | undefined) => boolean {
  return (level, functionName) => {
    const categories =
      functionName === undefined
        ? ['Worker']
        : [`Function.${functionName}.User`, `Function.${functionName}`, 'Function'];
    const category = [...categories, 'default'].find((name) => logLevels[name] !== undefined);
    const least = category === undefined ? 'information' : (logLevels[category] ?? 'information');
    return rankOf(level) >= rankOf(least);
  };
}
