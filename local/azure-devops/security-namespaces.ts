import { AzureDevOpsError } from './errors';

/** What a security namespace guards, and which bits one needs there to read or write who may do what. */
export interface SecurityNamespace {
  id: string;
  name: string;
  separator: string;
  readPermission: number;
  writePermission: number;
  actions: readonly { bit: number; name: string; displayName: string }[];
}

export const SUBSCRIPTION_RIGHTS = { view: 1, edit: 2 } as const;

/** As `az devops security permission namespace show` prints it. The right to delete is not used any more: Edit deletes. */
export const serviceHooksNamespace: SecurityNamespace = {
  id: 'cb594ebe-87dd-4fc9-ac2c-6a10a4c92046',
  name: 'ServiceHooks',
  separator: '/',
  readPermission: 1,
  writePermission: 7,
  actions: [
    { bit: SUBSCRIPTION_RIGHTS.view, name: 'ViewSubscriptions', displayName: 'View Subscriptions' },
    { bit: SUBSCRIPTION_RIGHTS.edit, name: 'EditSubscriptions', displayName: 'Edit Subscription' },
    { bit: 4, name: 'DeleteSubscriptions', displayName: 'Delete Subscriptions' },
    { bit: 8, name: 'PublishEvents', displayName: 'Publish Events' },
  ],
};

export const securityNamespaces: readonly SecurityNamespace[] = [serviceHooksNamespace];

/** @throws AzureDevOpsError 404 also for those that the service has and the simulator has not */
export function securityNamespaceOf(id: string): SecurityNamespace {
  const found = securityNamespaces.find((each) => each.id === id.toLowerCase());
  if (found) return found;
  throw new AzureDevOpsError(
    404,
    'InvalidSecurityNamespaceException',
    `VS403286: The security namespace ${id} does not exist.`,
  );
}

export function namespaceShape({ id, name, ...namespace }: SecurityNamespace): Record<string, unknown> {
  return {
    namespaceId: id,
    name,
    displayName: name,
    separatorValue: namespace.separator,
    elementLength: -1,
    writePermission: namespace.writePermission,
    readPermission: namespace.readPermission,
    dataspaceCategory: 'Default',
    actions: namespace.actions.map((action) => ({ ...action, namespaceId: id })),
    structureValue: 1,
    extensionType: null,
    isRemotable: true,
    useTokenTranslator: true,
    systemBitMask: 0,
  };
}
