import { eventually, type TestEnvironment } from './local-environment';

const version = 'api-version=7.1';
/** So many requests at once: the machine has few cores, and each new repository is a git. */
const AT_ONCE = 8;

export interface NamedRepository {
  id: string;
  name: string;
  /** Where its REST begins. */
  path: string;
}

/** What a large organization is made of, by REST alone. */
export function organization(environment: TestEnvironment) {
  const rest: TestEnvironment['rest'] = (...request) => environment.rest(...request);
  const createRepository = async (project: string, name: string): Promise<NamedRepository> => {
    const { status, body } = await rest('admin', 'POST', `${project}/_apis/git/repositories?${version}`, { name });
    if (status !== 201) throw new Error(`creating ${name}: ${status} ${JSON.stringify(body)}`);
    return { id: body.id, name, path: `${project}/_apis/git/repositories/${body.id}` };
  };

  /** One commit of one file on a branch: the first of `main`, or the next after main's. */
  const push = async (path: string, branch: string, lines: number, from?: string): Promise<string> => {
    const { status, body } = await rest('author', 'POST', `${path}/pushes?${version}`, {
      refUpdates: [{ name: `refs/heads/${branch}`, oldObjectId: from ?? '0'.repeat(40) }],
      commits: [
        {
          comment: branch,
          changes: [
            {
              changeType: 'add',
              item: { path: `/src/${branch}.ts` },
              newContent: { content: 'export {};\n'.repeat(lines), contentType: 'rawtext' },
            },
          ],
        },
      ],
    });
    if (status !== 201) throw new Error(`pushing ${branch}: ${status} ${JSON.stringify(body)}`);
    return body.refUpdates[0].newObjectId;
  };

  return {
    createRepository,
    /** Repositories without content, named with a number; in order. */
    async createRepositories(project: string, count: number): Promise<NamedRepository[]> {
      const created: NamedRepository[] = [];
      const numbers = Array.from({ length: count }, (_, index) => index);
      const worker = async (): Promise<void> => {
        for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) {
          created[number] = await createRepository(project, `service-${String(number).padStart(4, '0')}`);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      return created;
    },
    /** A project, once it is there; returns its id. */
    async createProject(name: string): Promise<string> {
      const capabilities = {
        versioncontrol: { sourceControlType: 'Git' },
        processTemplate: { templateTypeId: 'adcc42ab-9882-485e-a3ed-7678f01f66bc' },
      };
      const queued = await rest('admin', 'POST', `_apis/projects?${version}`, { name, capabilities });
      await eventually(
        async () => (await rest('admin', 'GET', `_apis/operations/${queued.body.id}?${version}`)).body,
        ({ status }) => status === 'succeeded',
      );
      return (await rest('admin', 'GET', `_apis/projects/${name}?${version}`)).body.id;
    },
    /** Gives an empty repository a `main`, and a branch `change` that adds so many lines to it. */
    async pushChange({ path }: NamedRepository, lines: number): Promise<void> {
      await push(path, 'change', lines, await push(path, 'main', 1));
    },
  };
}
