/** The Service Bus queue that all work travels through; infra/ creates it under this name, with sessions. */
export const WORK_QUEUE = 'work';

/** The app setting (or its prefix, `…__fullyQualifiedNamespace`) that says where the queue is. */
export const SERVICE_BUS_CONNECTION = 'ServiceBusConnection';

/** The property of a message that says when the service hook came which it goes back to, as ISO 8601 has it. */
export const HOOK_AT = 'portcullis-hook-at';
