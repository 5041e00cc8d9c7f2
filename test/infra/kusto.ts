import { createRequire } from 'node:module';

/** A mistake in a query: what Microsoft's own parser of its query language says. */
export interface QueryProblem {
  message: string;
  /** What stands there. */
  at: string;
}

export interface AnalyzedQuery {
  problems: QueryProblem[];
  /** The columns of the result, with their types. */
  columns: Record<string, string>;
}

interface List<T> {
  Count: number;
  getItem(index: number): T;
}

interface Column {
  Name: string;
  Type: { Name: string };
}

/** The part that we use; the package is C# compiled to a script that puts itself beside everything else that is global. */
interface KustoLanguage {
  KustoCode: {
    ParseAndAnalyze(
      text: string,
      globals: object,
    ): {
      GetDiagnostics(): List<{ Message: string; Start: number; Length: number }>;
      ResultType: { Columns?: List<Column> } | null;
    };
  };
  GlobalState: { Default: { WithDatabase(database: object): object } };
  Symbols: {
    TableSymbol: { From(columns: string): { WithName(name: string): object } };
    DatabaseSymbol: { $ctor1: new (name: string, members: readonly object[], isOpen: boolean) => object };
  };
}

/** Of Application Insights' tables, the columns that it fills for a function app. `success` is a text there. */
const COMMON = [
  'timestamp: datetime, itemType: string, itemCount: int, customDimensions: dynamic, customMeasurements: dynamic',
  'operation_Name: string, operation_Id: string, operation_ParentId: string, cloud_RoleName: string, cloud_RoleInstance: string',
].join(', ');
const TABLES = {
  traces: `message: string, severityLevel: int, ${COMMON}`,
  requests: `id: string, name: string, url: string, success: string, resultCode: string, duration: real, ${COMMON}`,
  exceptions: `type: string, outerMessage: string, problemId: string, severityLevel: int, ${COMMON}`,
};

let loaded: { language: KustoLanguage; globals: object } | undefined;

function load(): { language: KustoLanguage; globals: object } {
  const packaged = createRequire(__filename);
  packaged('@kusto/language-service-next/bridge.min.js');
  packaged('@kusto/language-service-next/Kusto.Language.Bridge.min.js');
  const { Language: language } = (globalThis as unknown as { Kusto: { Language: KustoLanguage } }).Kusto;
  const tables = Object.entries(TABLES).map(([name, columns]) =>
    language.Symbols.TableSymbol.From(`(${columns})`).WithName(name),
  );
  const database = new language.Symbols.DatabaseSymbol.$ctor1('insights', tables, false);
  return { language, globals: language.GlobalState.Default.WithDatabase(database) };
}

/** Parses a query, and looks up every name and every function in it; nothing is run. */
export function analyzeQuery(text: string): AnalyzedQuery {
  loaded ??= load();
  const code = loaded.language.KustoCode.ParseAndAnalyze(text, loaded.globals);
  const columns = itemsOf(code.ResultType?.Columns).map(({ Name, Type }) => [Name, Type.Name] as const);
  return {
    problems: itemsOf(code.GetDiagnostics()).map(({ Message, Start, Length }) => ({
      message: Message,
      at: text.slice(Start, Start + Length),
    })),
    columns: Object.fromEntries(columns),
  };
}

function itemsOf<T>(list: List<T> | undefined): T[] {
  return Array.from({ length: list?.Count ?? 0 }, (_, index) => list?.getItem(index)).filter(
    (item) => item !== undefined,
  );
}
