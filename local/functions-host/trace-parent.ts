import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { TypedData } from './core-module';

const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/;

const propertiesSchema = z.object({ 'Diagnostic-Id': z.string().optional() }).catch({});

/**
 * Where an invocation is in a trace: a child of what the request's header says, or the message's `Diagnostic-Id`, as the
 * Functions host makes it; a trace of its own where nothing is said.
 */
export function traceParentOf(data: TypedData, triggerMetadata: Record<string, TypedData> = {}): string {
  const header = Object.entries(data.http?.nullableHeaders ?? {}).find(
    ([name]) => name.toLowerCase() === 'traceparent',
  );
  const given = header?.[1].value ?? diagnosticIdOf(triggerMetadata['ApplicationProperties']) ?? '';
  const [, traceId = randomBytes(16).toString('hex'), flags = '00'] = TRACEPARENT.exec(given) ?? [];
  return `00-${traceId}-${randomBytes(8).toString('hex')}-${flags}`;
}

function diagnosticIdOf(properties: TypedData | undefined): string | undefined {
  return propertiesSchema.parse(JSON.parse(properties?.json ?? '{}'))['Diagnostic-Id'];
}
