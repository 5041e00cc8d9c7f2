import { Contrib, Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import { PackageURL } from 'packageurl-js';
import parseExpression from 'spdx-expression-parse';

/**
 * What a bundle is made of, as CycloneDX 1.6 in JSON. The same bundle gives the same text: it has no time and no serial number.
 *
 * @param product `{ name, version, description }` of what is handed out
 * @param packages as `bundledPackages` gives them
 */
export function billOfMaterials(product, packages) {
  const { FromNodePackageJson, License } = Contrib;
  const builder = new FromNodePackageJson.Builders.ComponentBuilder(
    new FromNodePackageJson.Factories.ExternalReferenceFactory(),
    new License.Factories.LicenseFactory(parseExpression),
  );
  const bom = new Models.Bom();
  const root = new Models.Component(Enums.ComponentType.Application, product.name, {
    version: product.version,
    description: product.description,
    bomRef: `${product.name}@${product.version}`,
  });
  bom.metadata.component = root;
  // One version may stand in several places.
  const made = new Map(packages.map((bundled) => [purlOf(bundled), componentOf(builder, bundled)]));
  const components = new Map(packages.map((bundled) => [bundled.directory, made.get(purlOf(bundled))]));
  const required = new Set(packages.flatMap(({ requires }) => requires));
  for (const { directory, requires } of packages) {
    const component = components.get(directory);
    bom.components.add(component);
    for (const other of requires) component.dependencies.add(components.get(other).bomRef);
    if (!required.has(directory)) root.dependencies.add(component.bomRef);
  }
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

function componentOf(builder, { manifest, integrity, directory }) {
  // Only what names it: everything else in a package's manifest is how it was made.
  const { name, version, description, license, homepage, repository } = manifest;
  const component = builder.makeComponent(
    { name, version, description, license, homepage, repository },
    Enums.ComponentType.Library,
  );
  if (!component) throw new Error(`${directory} has no name that a bill of materials could have.`);
  component.purl = purlOf({ manifest });
  component.bomRef.value = component.purl;
  const [algorithm, hash] = integrity?.split('-', 2) ?? [];
  if (algorithm === 'sha512') {
    component.hashes.set(Enums.HashAlgorithm['SHA-512'], Buffer.from(hash, 'base64').toString('hex'));
  }
  return component;
}

function purlOf({ manifest: { name, version } }) {
  const [namespace, last] = name.startsWith('@') ? name.split('/') : [undefined, name];
  return new PackageURL('npm', namespace, last, version, undefined, undefined).toString();
}
